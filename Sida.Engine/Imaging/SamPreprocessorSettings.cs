namespace Sida.Engine.Imaging;

/// <summary>What SAM's image encoder expects. The defaults are those of the published SAM and SIDA.</summary>
public sealed record SamPreprocessorSettings
{
    /// <summary>S, side of the encoder's square input in pixels.</summary>
    public int FrameSize { get; init; } = 1024;

    /// <summary>Mean of R, G and B, on the scale 0..255.</summary>
    public float[] PixelMean { get; init; } = [123.675f, 116.28f, 103.53f];

    /// <summary>Standard deviation of R, G and B, on the scale 0..255.</summary>
    public float[] PixelStd { get; init; } = [58.395f, 57.12f, 57.375f];
}
