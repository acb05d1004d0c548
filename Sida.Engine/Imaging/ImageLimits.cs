namespace Sida.Engine.Imaging;

/// <summary>How large a picture may be. All of it is checked before any pixel is decoded, the file's size before it is read.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Bytes of the file. Default 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Stored columns. Default 16,384.</summary>
    public int MaxWidth { get; init; } = 16_384;

    /// <summary>Stored rows. Default 16,384.</summary>
    public int MaxHeight { get; init; } = 16_384;

    /// <summary>
    /// Columns times rows. Default 100 million: 300 MB once decoded, and for a moment up to 800 MB more inside the decoder for an interlaced
    /// PNG of 16 bits with alpha, 1.4 GB more for AVIF.
    /// </summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longer side by shorter side. Default 2,000: beyond about 2,048 nothing of the short side would be left for SAM.</summary>
    public double MaxAspectRatio { get; init; } = 2_000;

    /// <summary>Pages or frames in the file, of which only the first is decoded. Default 10,000.</summary>
    public int MaxFrames { get; init; } = 10_000;
}
