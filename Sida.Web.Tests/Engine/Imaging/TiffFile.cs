using System.Buffers.Binary;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>Uncompressed little-endian TIFFs with any tags.</summary>
internal sealed class TiffFile
{
    private readonly List<byte> _bytes = [.. "II*\0"u8, 0, 0, 0, 0];
    private int _nextDirectoryAt = 4;

    /// <summary>A file of one page.</summary>
    public static byte[] Build(int width, int height, int bits, int photometric, int samples, byte[] pixels, params (int Tag, int[] Values)[] extra) =>
        new TiffFile().Add(width, height, bits, photometric, samples, pixels, extra).ToArray();

    /// <summary>Adds a page whose pixels lie in one strip.</summary>
    public TiffFile Add(int width, int height, int bits, int photometric, int samples, byte[] pixels, params (int Tag, int[] Values)[] extra)
    {
        int strip = _bytes.Count;
        _bytes.AddRange(pixels);
        (int Tag, int[] Values)[] tags =
        [
            (256, [width]), (257, [height]), (258, [.. Enumerable.Repeat(bits, samples)]), (259, [1]), (262, [photometric]), (273, [strip]),
            (277, [samples]), (278, [height]), (279, [pixels.Length]), (284, [1]),
        ];
        (int Tag, int[] Values)[] all = [.. tags.Where(tag => !extra.Any(other => other.Tag == tag.Tag)).Concat(extra).OrderBy(tag => tag.Tag)];
        var entries = all.Select(tag => (tag.Tag, Type: tag.Tag is 273 or 279 ? 4 : 3, tag.Values)).ToArray();
        int[] offsets = [.. entries.Select(entry => Store(entry.Type, entry.Values))];
        Patch(_nextDirectoryAt, _bytes.Count);
        Write16(entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            Write16(entries[i].Tag);
            Write16(entries[i].Type);
            Write32(entries[i].Values.Length);
            Write32(offsets[i]);
        }

        _nextDirectoryAt = _bytes.Count;
        Write32(0);
        return this;
    }

    /// <summary>Makes the last page's successor the first page.</summary>
    public TiffFile Loop()
    {
        Patch(_nextDirectoryAt, BinaryPrimitives.ReadInt32LittleEndian([.. _bytes[4..8]]));
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private int Store(int type, int[] values)
    {
        byte[] stored = [.. values.SelectMany(value => type == 4 ? BitConverter.GetBytes(value) : BitConverter.GetBytes((ushort)value))];
        if (stored.Length <= 4)
        {
            return BitConverter.ToInt32([.. stored, .. new byte[4 - stored.Length]]);
        }

        int at = _bytes.Count;
        _bytes.AddRange(stored);
        return at;
    }

    private void Patch(int at, int value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        for (int i = 0; i < bytes.Length; i++)
        {
            _bytes[at + i] = bytes[i];
        }
    }

    private void Write16(int value) => _bytes.AddRange(BitConverter.GetBytes((ushort)value));

    private void Write32(int value) => _bytes.AddRange(BitConverter.GetBytes(value));
}
