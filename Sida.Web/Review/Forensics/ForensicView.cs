namespace Sida.Web.Review.Forensics;

/// <summary>Pictures that are computed of a picture to make traces visible.</summary>
public enum ForensicView
{
    /// <summary>How much each place changes when the picture is saved as JPEG once more.</summary>
    ErrorLevel,

    /// <summary>What remains when everything smooth is taken away.</summary>
    Noise,

    /// <summary>Red alone.</summary>
    Red,

    /// <summary>Green alone.</summary>
    Green,

    /// <summary>Blue alone.</summary>
    Blue,

    /// <summary>Brightness alone.</summary>
    Luminance,

    /// <summary>Blue against brightness (Cb).</summary>
    BlueDifference,

    /// <summary>Red against brightness (Cr).</summary>
    RedDifference,
}
