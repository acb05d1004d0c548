using System.Numerics;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>JPEG files beyond what our encoder writes.</summary>
internal static class JpegFile
{
    /// <summary>The same file with an EXIF segment after its first marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. ExifBlock.WithOrientation(orientation)];
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>
    /// One block of 8 x 8 equal pixels: per component a single coefficient, quantised by 8 so that it is the sample less 128. The header may
    /// claim another size.
    /// </summary>
    public static byte[] Flat(byte[] samples, bool adobe, int width = 8, int height = 8)
    {
        int count = samples.Length;
        List<byte> file = [0xFF, 0xD8];
        if (adobe)
        {
            file.AddRange([0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);
        }

        file.AddRange([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64)]);
        file.AddRange([0xFF, 0xC0, 0, (byte)(8 + (3 * count)), 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)count]);
        file.AddRange(Enumerable.Range(1, count).SelectMany(id => new byte[] { (byte)id, 0x11, 0 }));

        // DC: twelve codes of four bits, each its own symbol (the number of bits that follow). AC: one code of one bit, end of block.
        file.AddRange([0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(symbol => (byte)symbol)]);
        file.AddRange([0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0]);
        file.AddRange([0xFF, 0xDA, 0, (byte)(6 + (2 * count)), (byte)count]);
        file.AddRange(Enumerable.Range(1, count).SelectMany(id => new byte[] { (byte)id, 0x00 }));
        file.AddRange([0, 63, 0, .. Scan(samples), 0xFF, 0xD9]);
        return [.. file];
    }

    private static IEnumerable<byte> Scan(byte[] samples)
    {
        string bits = "";
        foreach (byte sample in samples)
        {
            int value = sample - 128;
            int length = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
            int stored = value < 0 ? value + (1 << length) - 1 : value;
            bits += length.ToString("b4", null) + (length == 0 ? "" : stored.ToString($"b{length}", null)) + "0";
        }

        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        foreach (char[] chunk in bits.Chunk(8))
        {
            byte value = Convert.ToByte(new string(chunk), 2);
            yield return value;
            if (value == 0xFF)
            {
                yield return 0;
            }
        }
    }
}
