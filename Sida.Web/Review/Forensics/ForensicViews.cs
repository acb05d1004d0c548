using Sida.Engine.Imaging;

namespace Sida.Web.Review.Forensics;

/// <summary>Computes the views at the picture's own size, where the traces are.</summary>
internal static class ForensicViews
{
    /// <summary>The weakest and strongest gain of differences.</summary>
    public const int MostGain = 64;

    /// <summary>The quality of the JPEG that an error level is measured with.</summary>
    private const int ResaveQuality = 90;

    /// <summary>One view.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="view">What to show.</param>
    /// <param name="gain">By how much differences are multiplied, 1..64; channels are shown as they are.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public static RgbImage Compute(RgbImage image, ForensicView view, int gain, CancellationToken cancellation) => view switch
    {
        ForensicView.ErrorLevel => ErrorLevel(image, gain, cancellation),
        ForensicView.Noise => Noise(image, gain, cancellation),
        ForensicView.Red => Map(image, (r, _, _) => r),
        ForensicView.Green => Map(image, (_, g, _) => g),
        ForensicView.Blue => Map(image, (_, _, b) => b),
        ForensicView.Luminance => Map(image, Luma),
        ForensicView.BlueDifference => Map(image, (r, g, b) => Byte(128 - (0.168736 * r) - (0.331264 * g) + (0.5 * b))),
        ForensicView.RedDifference => Map(image, (r, g, b) => Byte(128 + (0.5 * r) - (0.418688 * g) - (0.081312 * b))),
        _ => throw new ArgumentOutOfRangeException(nameof(view), view, "Not a view."),
    };

    private static RgbImage ErrorLevel(RgbImage image, int gain, CancellationToken cancellation)
    {
        byte[] jpeg = ImageEncoder.EncodeJpeg(image, ResaveQuality);
        cancellation.ThrowIfCancellationRequested();
        ImageLimits own = new() { MaxBytes = jpeg.Length, MaxWidth = image.Width, MaxHeight = image.Height, MaxPixels = (long)image.Width * image.Height, MaxAspectRatio = int.MaxValue };
        byte[] again = ImageDecoder.Decode(jpeg, own, cancellation).Image.Pixels;
        for (int i = 0; i < again.Length; i++)
        {
            again[i] = (byte)Math.Min(255, Math.Abs(again[i] - image.Pixels[i]) * gain);
        }

        return new RgbImage(image.Width, image.Height, again);
    }

    /// <summary>Brightness less its median in 3 x 3 pixels, around middle grey.</summary>
    private static RgbImage Noise(RgbImage image, int gain, CancellationToken cancellation)
    {
        (int width, int height) = (image.Width, image.Height);
        byte[] luma = new byte[width * height];
        for (int i = 0; i < luma.Length; i++)
        {
            luma[i] = Luma(image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]);
        }

        byte[] output = new byte[image.Pixels.Length];
        Span<byte> window = stackalloc byte[9];
        for (int y = 0; y < height; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int x = 0; x < width; x++)
            {
                int count = 0;
                for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
                {
                    for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
                    {
                        window[count++] = luma[(v * width) + u];
                    }
                }

                window[..count].Sort();
                int at = (y * width) + x;
                byte grey = (byte)Math.Clamp(128 + ((luma[at] - window[count / 2]) * gain), 0, 255);
                output.AsSpan(3 * at, 3).Fill(grey);
            }
        }

        return new RgbImage(width, height, output);
    }

    private static RgbImage Map(RgbImage image, Func<byte, byte, byte, byte> grey)
    {
        byte[] output = new byte[image.Pixels.Length];
        for (int i = 0; i < output.Length; i += 3)
        {
            output.AsSpan(i, 3).Fill(grey(image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]));
        }

        return new RgbImage(image.Width, image.Height, output);
    }

    private static byte Luma(byte r, byte g, byte b) => Byte((0.299 * r) + (0.587 * g) + (0.114 * b));

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
