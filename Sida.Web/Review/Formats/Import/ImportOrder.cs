using Sida.Engine;

namespace Sida.Web.Review.Formats.Import;

/// <summary>What shall be taken in, and how.</summary>
/// <param name="Format">What the files are; null to find out.</param>
/// <param name="Use">What becomes of annotations that they bring.</param>
/// <param name="AskModel">Whether a model is asked about each picture that begins with no annotation.</param>
/// <param name="Model">Which model; null for the default one.</param>
/// <param name="Folder">The name of one of the server's folders (Sida:Review:ImportFolders); null for an upload.</param>
public sealed record ImportOrder(ReviewFormat? Format = null, AnnotationUse Use = AnnotationUse.Begin, bool AskModel = false, string? Model = null, string? Folder = null)
{
    /// <exception cref="RequestException">It can't be done.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Use) || (Format is { } format && !Enum.IsDefined(format)))
        {
            throw new RequestException("format: leave it out or choose sidSet, sidSetDescription, cocoRle, cocoPolygons, masksCsv, jsonLines or pictures; use: begin, known or leave.");
        }
    }
}

/// <summary>What becomes of annotations that a set brings.</summary>
public enum AnnotationUse
{
    /// <summary>Annotators begin with them.</summary>
    Begin,

    /// <summary>They are the known answers of honeypots, which annotators don't see.</summary>
    Known,

    /// <summary>They are left.</summary>
    Leave,
}
