namespace Sida.Engine.Imaging;

/// <summary>Paints a mask over its picture.</summary>
public static class MaskOverlay
{
    /// <summary>
    /// A copy of the picture in which marked pixels are blended half and half with pure red, each channel truncated to a whole number:
    /// the bytes that the official program saves. Source: SIDA, chat.py (image_np * 0.5 + mask * [255, 0, 0] * 0.5).
    /// </summary>
    /// <exception cref="ArgumentException">Mask and picture differ in size.</exception>
    public static RgbImage Paint(RgbImage image, BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(mask);
        if (image.Width != mask.Width || image.Height != mask.Height)
        {
            throw new ArgumentException($"The mask is {mask.Width} x {mask.Height}, the picture {image.Width} x {image.Height}.", nameof(mask));
        }

        byte[] painted = (byte[])image.Pixels.Clone();
        ReadOnlySpan<byte> marked = mask.Values;
        for (int i = marked.IndexOf((byte)1); i >= 0 && i < marked.Length; i++)
        {
            if (marked[i] != 0)
            {
                Span<byte> pixel = painted.AsSpan(i * 3, 3);
                pixel[0] = (byte)((pixel[0] + 255) / 2);
                pixel[1] /= 2;
                pixel[2] /= 2;
            }
        }

        return new RgbImage(image.Width, image.Height, painted);
    }
}
