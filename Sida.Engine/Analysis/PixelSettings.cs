using Sida.Engine.Imaging;
using Sida.Engine.Models;

namespace Sida.Engine.Analysis;

/// <summary>A manifest's pixel settings in the terms of the preprocessors.</summary>
internal static class PixelSettings
{
    public static ClipPreprocessorSettings Of(ClipPixels clip) => new()
    {
        ShortestSide = clip.ShortestSide,
        CropSize = clip.CropSize,
        Resample = clip.Bicubic ? ResampleFilter.Bicubic : ResampleFilter.Bilinear,
        RescaleFactor = clip.RescaleFactor,
        ImageMean = [.. clip.Mean],
        ImageStd = [.. clip.Std],
    };

    public static SamPreprocessorSettings Of(SamPixels sam) => new() { FrameSize = sam.FrameSize, PixelMean = [.. sam.Mean], PixelStd = [.. sam.Std] };
}
