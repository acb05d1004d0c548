namespace Sida.Engine.Imaging;

/// <summary>What a CLIP image tower expects, from its `preprocessor_config.json`. The defaults are those of openai/clip-vit-large-patch14.</summary>
public sealed record ClipPreprocessorSettings
{
    /// <summary>`size`: pixels that the shorter side is scaled to.</summary>
    public int ShortestSide { get; init; } = 224;

    /// <summary>`crop_size`: side of the square that is cut from the middle; above <see cref="ShortestSide"/> it is filled up with black.</summary>
    public int CropSize { get; init; } = 224;

    /// <summary>`resample`.</summary>
    public ResampleFilter Resample { get; init; } = ResampleFilter.Bicubic;

    /// <summary>`rescale_factor`: what a byte is multiplied by first.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>`image_mean`: of R, G and B, after rescaling.</summary>
    public float[] ImageMean { get; init; } = [0.48145466f, 0.4578275f, 0.40821073f];

    /// <summary>`image_std`: of R, G and B, after rescaling.</summary>
    public float[] ImageStd { get; init; } = [0.26862954f, 0.26130258f, 0.27577711f];
}
