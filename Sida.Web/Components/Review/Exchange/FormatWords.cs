using Sida.Web.Review.Formats;

namespace Sida.Web.Components.Review.Exchange;

/// <summary>Formats in words.</summary>
internal static class FormatWords
{
    /// <summary>Formats that can be written, the one that training takes first.</summary>
    public static IReadOnlyList<ReviewFormat> Exports { get; } =
        [ReviewFormat.SidSetDescription, ReviewFormat.SidSet, ReviewFormat.CocoRle, ReviewFormat.CocoPolygons, ReviewFormat.MasksCsv, ReviewFormat.JsonLines];

    /// <summary>Formats that can be read; pairs that are read alike are one.</summary>
    public static IReadOnlyList<ReviewFormat> Imports { get; } =
        [ReviewFormat.SidSet, ReviewFormat.CocoRle, ReviewFormat.MasksCsv, ReviewFormat.JsonLines, ReviewFormat.Pictures];

    public static string Name(ReviewFormat format) => format switch
    {
        ReviewFormat.SidSet => "SID_Set folder",
        ReviewFormat.SidSetDescription => "SID_Set_description folder",
        ReviewFormat.CocoRle => "COCO, run-length codes",
        ReviewFormat.CocoPolygons => "COCO, polygons",
        ReviewFormat.MasksCsv => "PNG masks and CSV",
        ReviewFormat.JsonLines => "JSON Lines with everything",
        _ => "Pictures only",
    };

    public static string ImportName(ReviewFormat format) => format switch
    {
        ReviewFormat.SidSet => "SID_Set or SID_Set_description",
        ReviewFormat.CocoRle => "COCO",
        _ => Name(format),
    };

    public static string About(ReviewFormat format) => format switch
    {
        ReviewFormat.SidSet => "Pictures by class, and masks: what SIDA's first training stage and sida evaluate read. Without explanations.",
        ReviewFormat.SidSetDescription => "Pictures by class, masks and explanations: what both training stages read as it is. Every picture needs an explanation.",
        ReviewFormat.CocoRle => "One JSON for each part, masks to the pixel. What COCO has no place for stands in a member of its own.",
        ReviewFormat.CocoPolygons => "One JSON for each part, masks as outlines along their pixels. Masks that are too ragged stay run-length codes.",
        ReviewFormat.MasksCsv => "A table that spreadsheets open, and a mask file for each tampered picture.",
        _ => "Every field, what the model had said, and the uploaded files byte for byte with their metadata, places included.",
    };
}
