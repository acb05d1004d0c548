using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Masks as pictures: 255 where tampered. A mask of 0 and 1 is understood too; anything above half counts.</summary>
internal static class MaskFile
{
    private const long MostBytes = 64L << 20;

    /// <summary>Reads one.</summary>
    /// <returns>Null when nothing is marked.</returns>
    /// <exception cref="ImageException">It is no picture, or not of the picture's size.</exception>
    public static async Task<MaskCode?> ReadAsync(IImportSource source, string path, PictureRef picture, CancellationToken cancellation)
    {
        using MemoryStream bytes = new();
        await using (Stream file = source.Open(path, MostBytes))
        {
            await file.CopyToAsync(bytes, cancellation);
        }

        return await Task.Run(() => Decode(path, bytes.GetBuffer().AsMemory(0, (int)bytes.Length), picture, cancellation), cancellation);
    }

    private static MaskCode? Decode(string path, ReadOnlyMemory<byte> bytes, PictureRef picture, CancellationToken cancellation)
    {
        // No larger than its picture: checked before a pixel is decoded. One that lies on its side is refused afterwards.
        int side = Math.Max(picture.Width, picture.Height);
        ImageLimits limits = new() { MaxBytes = MostBytes, MaxWidth = side, MaxHeight = side, MaxPixels = (long)picture.Width * picture.Height, MaxAspectRatio = int.MaxValue, MaxFrames = 1 };
        RgbImage image = ImageDecoder.Decode(bytes, limits, cancellation).Image;
        if (image.Width != picture.Width || image.Height != picture.Height)
        {
            throw new ImageException($"{path}: {image.Width} x {image.Height} pixels for a picture of {picture.Width} x {picture.Height}. A mask has the size of its picture.");
        }

        byte[] values = new byte[image.Width * image.Height];
        byte brightest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = image.Pixels[i * 3];
            brightest = Math.Max(brightest, values[i]);
        }

        int threshold = brightest <= 1 ? 0 : 127;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = values[i] > threshold ? (byte)1 : (byte)0;
        }

        BinaryMask mask = new(image.Width, image.Height, values);
        return mask.ForegroundPixels == 0 ? null : MaskCode.Of(mask);
    }
}
