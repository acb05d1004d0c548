using Sida.Engine;

namespace Sida.Web.Review.Formats;

/// <summary>What shall be exported, and how.</summary>
/// <param name="Format">Which files.</param>
/// <param name="Split">How it is divided; null for 0.8, 0.1, 0.1.</param>
/// <param name="AnyText">Whether explanations that don't follow the grammar are exported too (SID_Set_description).</param>
public sealed record ExportOrder(ReviewFormat Format, SplitRule? Split = null, bool AnyText = false)
{
    /// <summary>How it is divided.</summary>
    internal SplitRule Rule => Split ?? new SplitRule();

    /// <exception cref="RequestException">It can't be done.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Format) || Format == ReviewFormat.Pictures)
        {
            throw new RequestException("format: choose sidSet, sidSetDescription, cocoRle, cocoPolygons, masksCsv or jsonLines.");
        }

        Rule.Check();
    }
}
