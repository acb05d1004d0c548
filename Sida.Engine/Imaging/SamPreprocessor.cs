namespace Sida.Engine.Imaging;

/// <summary>
/// Pixels for SAM's image encoder: the longest side scaled to S (bilinear, as Pillow), normalised, then zeros to the right and below.
/// Source: SAM, utils/transforms.py (ResizeLongestSide) and modeling/sam.py (preprocess).
/// </summary>
internal sealed class SamPreprocessor
{
    private readonly int _frameSize;
    private readonly PixelNormalizer _normalizer;

    /// <summary>Prepares for one model.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public SamPreprocessor(SamPreprocessorSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.FrameSize, 1, nameof(settings));
        _frameSize = settings.FrameSize;
        _normalizer = new PixelNormalizer(1, settings.PixelMean, settings.PixelStd);
    }

    /// <summary>The size of a picture inside the frame: int(side * (S / longest side) + 0.5), in float64.</summary>
    /// <exception cref="ImageException">The picture is so narrow that nothing of it would be left.</exception>
    public (int Width, int Height) ContentSize(int width, int height)
    {
        double scale = _frameSize * 1.0 / Math.Max(width, height);
        (int contentWidth, int contentHeight) = ((int)((width * scale) + 0.5), (int)((height * scale) + 0.5));
        return contentWidth > 0 && contentHeight > 0
            ? (contentWidth, contentHeight)
            : throw new ImageException($"The picture ({width} x {height}) is too narrow to be searched for tampered regions; cut it into pieces.");
    }

    /// <summary>The picture as it lies in the frame, before normalisation.</summary>
    /// <exception cref="ImageException">The picture is too narrow, see <see cref="ContentSize"/>.</exception>
    public RgbImage Resize(RgbImage image)
    {
        (int width, int height) = ContentSize(image.Width, image.Height);
        return PillowResize.Resize(image, width, height, ResampleFilter.Bilinear);
    }

    /// <summary>The encoder's input.</summary>
    /// <returns>Shape (3, S, S).</returns>
    /// <exception cref="ImageException">The picture is too narrow, see <see cref="ContentSize"/>.</exception>
    public float[] ToTensor(RgbImage image) => _normalizer.ToPlanes(Resize(image), _frameSize, _frameSize);
}
