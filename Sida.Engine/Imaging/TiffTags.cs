using System.Buffers.Binary;

namespace Sida.Engine.Imaging;

/// <summary>
/// What libvips doesn't tell about a TIFF's first page. Source: TIFF 6.0, sections 2 and 3; the BigTIFF layout for version 43.
/// A file whose directory makes no sense has the defaults: whether it can be decoded is for libvips to say.
/// </summary>
/// <param name="Compression">Tag 259.</param>
/// <param name="Photometric">Tag 262.</param>
/// <param name="ExtraSample">Tag 338: what the band after the colours is.</param>
internal readonly record struct TiffTags(int Compression, int Photometric, int ExtraSample)
{
    private const int YCbCr = 6;
    private const int OldJpeg = 6;
    private const int Jpeg = 7;
    private const int AssociatedAlpha = 1;
    private const int UnassociatedAlpha = 2;

    /// <summary>Luma and chroma that nobody turns into RGB: libtiff does so only for JPEG data, libvips not at all.</summary>
    public bool IsRawYCbCr => Photometric == YCbCr && Compression is not (OldJpeg or Jpeg);

    /// <summary>
    /// The band after the colours is alpha. libvips gives colours that are not multiplied by it, whichever way the file holds them.
    /// </summary>
    public bool HasAlpha => ExtraSample is AssociatedAlpha or UnassociatedAlpha;

    /// <summary>Reads the tags of the first page.</summary>
    public static TiffTags Read(ReadOnlySpan<byte> file)
    {
        var tags = default(TiffTags);
        if (file.Length < 16)
        {
            return tags;
        }

        bool little = file[0] == 'I';
        bool big = Number(file.Slice(2, 2), little) == 43;
        (int countBytes, int entryBytes, int valueAt) = big ? (8, 20, 12) : (2, 12, 8);
        ulong start = Number(big ? file.Slice(8, 8) : file.Slice(4, 4), little);
        if (start + (ulong)countBytes > (ulong)file.Length)
        {
            return tags;
        }

        ReadOnlySpan<byte> directory = file[(int)start..];
        ulong count = Math.Min(Number(directory[..countBytes], little), (ulong)(directory.Length - countBytes) / (ulong)entryBytes);
        for (int i = 0; i < (int)count; i++)
        {
            // Tag, type, number of values, then the values themselves: those of interest are 16-bit numbers.
            ReadOnlySpan<byte> entry = directory.Slice(countBytes + (i * entryBytes), entryBytes);
            int value = (int)Number(entry.Slice(valueAt, 2), little);
            tags = Number(entry[..2], little) switch
            {
                259 => tags with { Compression = value },
                262 => tags with { Photometric = value },
                338 => tags with { ExtraSample = value },
                _ => tags,
            };
        }

        return tags;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, bool little) => (bytes.Length, little) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}
