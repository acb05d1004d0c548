using System.Globalization;
using Sida.Engine.Imaging.Interop;

namespace Sida.Engine.Imaging;

/// <summary>Writes pixels as files. Nothing but pixels goes in: no metadata, no profile, no time.</summary>
public static class ImageEncoder
{
    /// <summary>A lossless 8-bit RGB PNG.</summary>
    /// <exception cref="NativeRuntimeException">libvips is missing or failed.</exception>
    public static byte[] EncodePng(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return VipsSaver.Save("pngsave_buffer", image.Pixels, image.Width, image.Height, 3, ("compression", "6"));
    }

    /// <summary>A mask as an 8-bit grey PNG: 255 where it is marked, 0 elsewhere.</summary>
    /// <exception cref="NativeRuntimeException">libvips is missing or failed.</exception>
    public static byte[] EncodePng(BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return VipsSaver.Save("pngsave_buffer", mask.ToGrey(255), mask.Width, mask.Height, 1, ("compression", "6"));
    }

    /// <summary>A JPEG.</summary>
    /// <param name="image">The picture, at most 65,500 pixels a side.</param>
    /// <param name="quality">1..100.</param>
    /// <exception cref="NativeRuntimeException">libvips is missing or failed.</exception>
    public static byte[] EncodeJpeg(RgbImage image, int quality = 95)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return VipsSaver.Save("jpegsave_buffer", image.Pixels, image.Width, image.Height, 3, ("Q", quality.ToString(CultureInfo.InvariantCulture)));
    }
}
