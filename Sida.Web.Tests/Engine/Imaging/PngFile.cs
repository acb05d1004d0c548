using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>
/// A plain PNG reader and writer of the tests' own: goldens are read without the decoder under test, and hostile files are
/// written chunk by chunk.
/// </summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a non-interlaced 8-bit RGB file.</summary>
    public static RgbImage ReadRgb(string path)
    {
        (int width, int height, int depth, int colour, byte[] rows) = Read(path);
        Assert.Equal((8, 2), (depth, colour));
        return new RgbImage(width, height, rows);
    }

    /// <summary>Reads a non-interlaced 1-bit or 8-bit grey file as 0/1 (1 where it is not black), row-major.</summary>
    public static (int Width, int Height, byte[] Values) ReadMask(string path)
    {
        (int width, int height, int depth, int colour, byte[] rows) = Read(path);
        Assert.Equal(0, colour);
        int stride = ((width * depth) + 7) / 8;
        byte[] values = new byte[width * height];
        for (int i = 0; i < values.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            int sample = depth == 1 ? (rows[(y * stride) + (x / 8)] >> (7 - (x % 8))) & 1 : rows[(y * stride) + x];
            values[i] = sample == 0 ? (byte)0 : (byte)1;
        }

        return (width, height, values);
    }

    /// <summary>A whole file: header, extra chunks, compressed rows (each with its filter byte), end.</summary>
    public static byte[] Build(int width, int height, byte depth, byte colour, ReadOnlySpan<byte> rows, params (string Type, byte[] Data)[] extra)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        using var file = new MemoryStream();
        file.Write(Signature);
        Chunk(file, "IHDR", Header(width, height, depth, colour));
        foreach ((string type, byte[] data) in extra)
        {
            Chunk(file, type, data);
        }

        Chunk(file, "IDAT", compressed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Header(int width, int height, byte depth, byte colour)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colour;
        return header;
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }

    private static (int Width, int Height, int Depth, int Colour, byte[] Rows) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(Signature, file[..8]);
        int width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16));
        int height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));
        (int depth, int colour, int interlaced) = (file[24], file[25], file[28]);
        Assert.Equal(0, interlaced);
        using var compressed = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (Encoding.ASCII.GetString(file, at + 4, 4) == "IDAT")
            {
                compressed.Write(file, at + 8, length);
            }

            at += length + 12;
        }

        compressed.Position = 0;
        using var zlib = new ZLibStream(compressed, CompressionMode.Decompress);
        int bits = depth * (colour == 2 ? 3 : 1);
        int stride = ((width * bits) + 7) / 8;
        byte[] rows = new byte[height * stride];
        byte[] line = new byte[stride + 1];
        for (int y = 0; y < height; y++)
        {
            zlib.ReadExactly(line);
            Unfilter(line[0], line.AsSpan(1), rows, y * stride, stride, Math.Max(bits / 8, 1));
        }

        return (width, height, depth, colour, rows);
    }

    private static void Unfilter(byte filter, ReadOnlySpan<byte> line, byte[] rows, int at, int stride, int pixel)
    {
        for (int i = 0; i < stride; i++)
        {
            int left = i >= pixel ? rows[at + i - pixel] : 0;
            int up = at > 0 ? rows[at + i - stride] : 0;
            int corner = at > 0 && i >= pixel ? rows[at + i - stride - pixel] : 0;
            int guess = filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw new InvalidDataException($"Filter {filter}."),
            };
            rows[at + i] = (byte)(line[i] + guess);
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int sum = left + up - corner;
        (int toLeft, int toUp, int toCorner) = (Math.Abs(sum - left), Math.Abs(sum - up), Math.Abs(sum - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
