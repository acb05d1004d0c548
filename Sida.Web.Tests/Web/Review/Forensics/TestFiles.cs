using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Web.Review.Forensics;

/// <summary>Picture files with metadata in them, put together byte by byte.</summary>
internal static class TestFiles
{
    public static byte[] Jpeg(int quality = 90) => ImageEncoder.EncodeJpeg(Noise(), quality);

    public static RgbImage Noise(int width = 64, int height = 48)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(7).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>A JPEG with segments behind its first marker.</summary>
    public static byte[] JpegWith(params (byte Marker, byte[] Body)[] segments) => JpegWith(Jpeg(), segments);

    public static byte[] JpegWith(byte[] jpeg, params (byte Marker, byte[] Body)[] segments) =>
    [
        0xFF, 0xD8,
        .. segments.SelectMany(segment => (byte[])[0xFF, segment.Marker, (byte)((segment.Body.Length + 2) >> 8), (byte)(segment.Body.Length + 2), .. segment.Body]),
        .. jpeg[2..],
    ];

    /// <summary>A PNG with chunks behind its header.</summary>
    public static byte[] PngWith(params (string Type, byte[] Body)[] chunks)
    {
        byte[] png = ImageEncoder.EncodePng(Noise());
        const int HeaderEnd = 8 + 25;
        return [.. png[..HeaderEnd], .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Body)), .. png[HeaderEnd..]];
    }

    public static byte[] ZLib(byte[] bytes)
    {
        using MemoryStream output = new();
        using (ZLibStream stream = new(output, CompressionLevel.SmallestSize))
        {
            stream.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>A little-endian TIFF structure with one directory of entries, and perhaps one of GPS.</summary>
    public static byte[] Tiff((ushort Tag, ushort Type, uint Count, byte[] Value)[] entries, (ushort Tag, ushort Type, uint Count, byte[] Value)[]? gps = null)
    {
        List<byte> data = [];
        int first = 8 + 2 + (12 * (entries.Length + (gps is null ? 0 : 1))) + 4;
        int second = gps is null ? first : first + 2 + (12 * gps.Length) + 4;
        if (gps is not null)
        {
            entries = [.. entries, (0x8825, 4, 1, BitConverter.GetBytes(first))];
        }

        byte[] main = Directory(entries, second, data);
        byte[] place = gps is null ? [] : Directory(gps, second, data);
        return [.. "II*\0"u8, 8, 0, 0, 0, .. main, .. place, .. data];
    }

    public static byte[] Ascii(string text) => [.. Encoding.ASCII.GetBytes(text), 0];

    public static byte[] Rationals(params (uint Numerator, uint Denominator)[] values) =>
        [.. values.SelectMany(value => (byte[])[.. BitConverter.GetBytes(value.Numerator), .. BitConverter.GetBytes(value.Denominator)])];

    private static byte[] Directory((ushort Tag, ushort Type, uint Count, byte[] Value)[] entries, int dataStart, List<byte> data)
    {
        List<byte> bytes = [.. BitConverter.GetBytes((ushort)entries.Length)];
        foreach ((ushort tag, ushort type, uint count, byte[] value) in entries)
        {
            bytes.AddRange([.. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(count)]);
            if (value.Length <= 4)
            {
                bytes.AddRange([.. value, .. new byte[4 - value.Length]]);
            }
            else
            {
                bytes.AddRange(BitConverter.GetBytes(dataStart + data.Count));
                data.AddRange(value);
            }
        }

        return [.. bytes, 0, 0, 0, 0];
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] chunk = new byte[12 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)body.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        body.CopyTo(chunk, 8);
        return chunk;
    }
}
