namespace Sida.Web.Review.Formats;

/// <summary>The file of the JSON Lines format, and one line of it.</summary>
internal static class JsonLinesLayout
{
    public const string Records = "records.jsonl";

    public const int Version = 1;

    /// <summary>The longest line: an annotation's masks, links and texts, twice.</summary>
    public const int MostLine = 32 << 20;
}

/// <summary>One record.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Split">In which part.</param>
/// <param name="File">The picture's file in the archive, byte for byte as it was uploaded.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Annotation">What was decided about it.</param>
/// <param name="Provenance">How that came about.</param>
internal sealed record JsonLine(int Version, Split Split, string File, PictureRef Picture, Annotation Annotation, Provenance Provenance);
