namespace Sida.Engine.Imaging;

/// <summary>Smaller copies of pictures, for people to look at.</summary>
public static class ImageScaler
{
    /// <summary>The picture scaled down so that its longer side has at most <paramref name="maxSide"/> pixels; itself when it already fits.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="maxSide">Pixels of the longer side, at least 1.</param>
    public static RgbImage Fit(RgbImage image, int maxSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        double scale = (double)maxSide / Math.Max(image.Width, image.Height);
        return scale >= 1 ? image : PillowResize.Resize(image, Side(image.Width), Side(image.Height), ResampleFilter.Bilinear);

        int Side(int pixels) => Math.Max(1, (int)Math.Round(pixels * scale));
    }
}
