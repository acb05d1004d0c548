namespace Sida.Web.Review.Formats;

/// <summary>Files in which reviewed pictures leave and come.</summary>
public enum ReviewFormat
{
    /// <summary>The layout of SID_Set: pictures by class, masks.</summary>
    SidSet,

    /// <summary>The same with explanations, as SID_Set_description.</summary>
    SidSetDescription,

    /// <summary>COCO's JSON, masks as run-length codes.</summary>
    CocoRle,

    /// <summary>COCO's JSON, masks as polygons.</summary>
    CocoPolygons,

    /// <summary>Masks as PNG and a table as CSV.</summary>
    MasksCsv,

    /// <summary>JSON Lines with everything, the original files included.</summary>
    JsonLines,

    /// <summary>Pictures and nothing else; only to be taken in.</summary>
    Pictures,
}

/// <summary>Parts of a set that must have nothing in common.</summary>
public enum Split
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To choose by while learning.</summary>
    Validation,

    /// <summary>To measure with, once.</summary>
    Test,
}
