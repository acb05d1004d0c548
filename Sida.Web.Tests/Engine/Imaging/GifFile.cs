namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>GIFs of four colours, without compression: the code table is cleared before it would grow.</summary>
internal static class GifFile
{
    /// <summary>Red, green, blue and white.</summary>
    public static readonly byte[] Palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

    /// <summary>Frames of palette indexes 0..3, each width * height of them.</summary>
    public static byte[] Build(int width, int height, params byte[][] frames)
    {
        List<byte> file = [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0x91, 0, 0, .. Palette];
        foreach (byte[] frame in frames)
        {
            file.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
            file.AddRange([0x2C, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 2]);
            foreach (byte[] block in Compress(frame).Chunk(255))
            {
                file.AddRange([(byte)block.Length, .. block]);
            }

            file.Add(0);
        }

        file.Add(0x3B);
        return [.. file];
    }

    private static byte[] Compress(byte[] pixels)
    {
        const int Clear = 4, End = 5, CodeBits = 3;
        IEnumerable<int> codes = [.. pixels.Chunk(2).SelectMany(pair => pair.Select(pixel => (int)pixel).Prepend(Clear)), End];
        (int pending, int bits) = (0, 0);
        List<byte> bytes = [];
        foreach (int code in codes)
        {
            pending |= code << bits;
            bits += CodeBits;
            while (bits >= 8)
            {
                bytes.Add((byte)pending);
                pending >>= 8;
                bits -= 8;
            }
        }

        return [.. bytes, (byte)pending];
    }
}
