namespace Sida.Engine.Imaging;

/// <summary>
/// Turns 8-bit pixels into a network's float planes: value = (float(byte * scale) - mean) / std, the product in float64 and the rest in
/// float32, as NumPy and torch do it. A byte has 256 values: they are computed once and looked up.
/// </summary>
internal sealed class PixelNormalizer
{
    private const int Channels = 3;
    private readonly float[][] _tables;

    /// <summary>Computes the tables.</summary>
    /// <param name="scale">Factor in front of everything.</param>
    /// <param name="mean">Of R, G and B.</param>
    /// <param name="std">Of R, G and B, not 0.</param>
    /// <exception cref="ArgumentException">There are not three finite means and three finite standard deviations above 0.</exception>
    public PixelNormalizer(double scale, float[] mean, float[] std)
    {
        if (mean is not { Length: Channels } || !mean.All(float.IsFinite))
        {
            throw new ArgumentException("A pixel mean is three finite numbers.", nameof(mean));
        }

        if (std is not { Length: Channels } || !std.All(value => float.IsFinite(value) && value > 0))
        {
            throw new ArgumentException("A pixel standard deviation is three finite numbers above 0.", nameof(std));
        }

        _tables = new float[Channels][];
        for (int channel = 0; channel < Channels; channel++)
        {
            _tables[channel] = new float[256];
            for (int value = 0; value < 256; value++)
            {
                _tables[channel][value] = ((float)(value * scale) - mean[channel]) / std[channel];
            }
        }
    }

    /// <summary>The planes of a picture in the top left corner of a frame, whose rest stays 0.</summary>
    /// <param name="image">The picture, not larger than the frame.</param>
    /// <param name="frameWidth">Columns of the frame.</param>
    /// <param name="frameHeight">Rows of the frame.</param>
    /// <returns>Shape (3, frameHeight, frameWidth).</returns>
    public float[] ToPlanes(RgbImage image, int frameWidth, int frameHeight)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(image.Width, frameWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(image.Height, frameHeight);
        int plane = checked(frameWidth * frameHeight);
        float[] planes = new float[checked(plane * Channels)];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(y * image.Width * Channels, image.Width * Channels);
            Span<float> red = planes.AsSpan(y * frameWidth, image.Width);
            Span<float> green = planes.AsSpan(plane + (y * frameWidth), image.Width);
            Span<float> blue = planes.AsSpan((2 * plane) + (y * frameWidth), image.Width);
            for (int x = 0; x < red.Length; x++)
            {
                red[x] = _tables[0][pixels[x * Channels]];
                green[x] = _tables[1][pixels[(x * Channels) + 1]];
                blue[x] = _tables[2][pixels[(x * Channels) + 2]];
            }
        }

        return planes;
    }
}
