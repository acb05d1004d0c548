namespace Sida.Engine.Imaging;

/// <summary>A ninth of a picture, row by row from the upper left.</summary>
public enum MaskPlace
{
    /// <summary>Upper left.</summary>
    UpperLeft,

    /// <summary>Top, in the middle.</summary>
    Top,

    /// <summary>Upper right.</summary>
    UpperRight,

    /// <summary>Left, halfway down.</summary>
    Left,

    /// <summary>Centre.</summary>
    Centre,

    /// <summary>Right, halfway down.</summary>
    Right,

    /// <summary>Lower left.</summary>
    LowerLeft,

    /// <summary>Bottom, in the middle.</summary>
    Bottom,

    /// <summary>Lower right.</summary>
    LowerRight,
}

/// <summary>Places as people say them.</summary>
public static class MaskPlaces
{
    /// <summary>Such as "lower right".</summary>
    public static string InWords(this MaskPlace place) => place switch
    {
        MaskPlace.UpperLeft => "upper left",
        MaskPlace.Top => "top",
        MaskPlace.UpperRight => "upper right",
        MaskPlace.Left => "left",
        MaskPlace.Centre => "centre",
        MaskPlace.Right => "right",
        MaskPlace.LowerLeft => "lower left",
        MaskPlace.Bottom => "bottom",
        MaskPlace.LowerRight => "lower right",
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, "Not a place."),
    };
}
