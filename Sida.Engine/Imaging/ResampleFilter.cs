namespace Sida.Engine.Imaging;

/// <summary>An interpolation kernel. The numbers are Pillow's, as `resample` in a `preprocessor_config.json` uses them.</summary>
public enum ResampleFilter
{
    /// <summary>Triangle, support 1.</summary>
    Bilinear = 2,

    /// <summary>Keys' cubic with a = -0.5, support 2.</summary>
    Bicubic = 3,
}
