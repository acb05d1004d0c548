namespace Sida.Engine.Imaging;

/// <summary>An 8-bit sRGB picture: rows from the top, pixels from the left, bytes R, G, B, no padding between rows.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixel bytes; they are not copied.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Shape (height, width, 3), values 0..255.</param>
    /// <exception cref="ArgumentException">The number of bytes is not height * width * 3.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException($"{pixels.LongLength} bytes for {width} x {height} x 3 pixels.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Shape (height, width, 3), values 0..255.</summary>
    public byte[] Pixels { get; }
}
