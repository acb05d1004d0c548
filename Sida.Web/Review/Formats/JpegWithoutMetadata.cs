using System.Buffers.Binary;

namespace Sida.Web.Review.Formats;

/// <summary>A JPEG without its metadata, the picture itself untouched.</summary>
internal static class JpegWithoutMetadata
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte Comment = 0xFE;

    /// <summary>Copies everything but comments and application segments, of which three are part of how colours are read: JFIF, ICC profile, Adobe.</summary>
    /// <returns>Null when the file is not built as a JPEG should be.</returns>
    public static byte[]? Make(ReadOnlySpan<byte> file)
    {
        using MemoryStream output = new(file.Length);
        output.Write(file[..2]);
        for (int at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            byte marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker == StartOfScan)
            {
                return WithScans(file[at..], output);
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]) + 2;
            if (length < 4 || at + length > file.Length)
            {
                return null;
            }

            if (IsPicture(marker))
            {
                output.Write(file.Slice(at, length));
            }

            at += length;
        }

        return null;
    }

    private static bool IsPicture(byte marker) => marker is 0xE0 or 0xE2 or 0xEE || (marker is not Comment && marker is < 0xE0 or > 0xEF);

    /// <summary>
    /// The coded picture up to its end. What some cameras put behind it (previews, depth, films) has metadata of its own. A second scan's
    /// tables stand between scans, so nothing there is looked at but the end.
    /// </summary>
    private static byte[]? WithScans(ReadOnlySpan<byte> rest, MemoryStream output)
    {
        for (int at = 2; at + 1 < rest.Length; at++)
        {
            if (rest[at] != 0xFF)
            {
                continue;
            }

            if (rest[at + 1] == EndOfImage)
            {
                output.Write(rest[..(at + 2)]);
                return output.ToArray();
            }

            // Segments between scans have lengths and may hold any bytes.
            byte marker = rest[at + 1];
            if (marker is not (0x00 or 0xFF) && marker is not (>= 0xD0 and <= 0xD7) && at + 4 <= rest.Length)
            {
                at += BinaryPrimitives.ReadUInt16BigEndian(rest[(at + 2)..]) + 1;
            }
        }

        return null;
    }
}
