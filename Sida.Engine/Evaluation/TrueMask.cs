using Sida.Engine.Imaging;

namespace Sida.Engine.Evaluation;

/// <summary>Reads a set's mask file: grey, 255 where tampered. A mask of 0 and 1 is understood too; anything above half counts.</summary>
internal static class TrueMask
{
    /// <exception cref="ImageException">The file can't be read, or its size is not the picture's.</exception>
    public static BinaryMask Read(string path, int width, int height, CancellationToken cancellation)
    {
        RgbImage image = ImageDecoder.DecodeFile(path, cancellationToken: cancellation).Image;
        if ((image.Width, image.Height) != (width, height))
        {
            throw new ImageException($"{Path.GetFileName(path)}: {image.Width} x {image.Height} pixels for a picture of {width} x {height}. A mask has the size of its picture.");
        }

        byte[] values = new byte[width * height];
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

        return new BinaryMask(width, height, values);
    }
}
