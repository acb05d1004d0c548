namespace Sida.Engine.Imaging.Interop;

/// <summary>libvips' sample formats (VipsBandFormat) that matter here.</summary>
internal enum VipsFormat
{
    UInt8 = 0,
    UInt16 = 2,
}

/// <summary>What libvips says that bands mean (VipsInterpretation), as far as it matters here.</summary>
internal enum VipsInterpretation
{
    Multiband = 0,
    Grey = 1,
    Cmyk = 15,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}
