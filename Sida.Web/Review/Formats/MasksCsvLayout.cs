namespace Sida.Web.Review.Formats;

/// <summary>The table of the PNG and CSV format.</summary>
internal static class MasksCsvLayout
{
    public const string Table = "annotations.csv";

    public static IReadOnlyList<string> Columns { get; } =
        ["split", "file", "mask", "verdict", "certainty", "reasons", "explanation", "links", "width", "height", "sha256", "fileName", "origin"];
}
