using System.Buffers.Binary;
using System.Text;

namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>
/// The files of a zip archive as PyTorch writes it: stored, never compressed, so that their bytes can be mapped where they lie
/// (format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.5.3).
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EntrySignature = 0x02014B50;
    private const uint LocalSignature = 0x04034B50;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const ushort Encrypted = 0x2041; // bits 0, 6 and 13

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipDirectory()
    {
    }

    /// <summary>All files by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>Reads the directory and checks it against the local headers.</summary>
    /// <exception cref="CheckpointException">No zip archive, a damaged one, or one with compressed, encrypted or overlapping files.</exception>
    public static ZipDirectory Read(MappedFile file)
    {
        ZipEnd end = ZipEnd.Read(file);
        byte[] bytes = new byte[end.DirectoryLength];
        file.Read(end.DirectoryOffset, bytes);
        var directory = new ZipDirectory();
        ReadOnlySpan<byte> rest = bytes;
        for (long i = 0; i < end.Entries; i++)
        {
            ZipEntry entry = ReadEntry(file, ref rest, end.DirectoryOffset);
            if (!directory._entries.TryAdd(entry.Name, entry))
            {
                throw Damaged(file, $"has {CheckpointFolder.Quote(entry.Name)} twice");
            }
        }

        if (!rest.IsEmpty)
        {
            throw Damaged(file, "has a directory longer than its entries");
        }

        CheckApart(file, directory._entries.Values);
        return directory;
    }

    private static ZipEntry ReadEntry(MappedFile file, ref ReadOnlySpan<byte> rest, long limit)
    {
        if (rest.Length < EntryLength || BinaryPrimitives.ReadUInt32LittleEndian(rest) != EntrySignature)
        {
            throw Damaged(file, "has a damaged directory");
        }

        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]);
        ushort method = BinaryPrimitives.ReadUInt16LittleEndian(rest[10..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]);
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(rest[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(rest[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(rest[42..]);
        if (rest.Length - EntryLength < nameLength + extraLength + commentLength)
        {
            throw Damaged(file, "has a damaged directory");
        }

        ReadOnlySpan<byte> nameBytes = rest.Slice(EntryLength, nameLength);
        string name = ReadName(file, nameBytes);
        if (!Zip64Field.TryWiden(rest.Slice(EntryLength + nameLength, extraLength), ref length, ref stored, ref header))
        {
            throw Damaged(file, "has a damaged directory");
        }

        rest = rest[(EntryLength + nameLength + extraLength + commentLength)..];
        if (method != 0 || (flags & Encrypted) != 0)
        {
            throw Damaged(file, $"has {CheckpointFolder.Quote(name)} compressed or encrypted, which PyTorch never does");
        }

        long data = header < 0 || header > limit - LocalLength ? throw Outside(file, name) : DataOffset(file, header, nameBytes);
        return length >= 0 && stored == length && data <= limit && length <= limit - data
            ? new ZipEntry(name, header, data, length, crc)
            : throw Outside(file, name);
    }

    private static long DataOffset(MappedFile file, long header, ReadOnlySpan<byte> name)
    {
        // The local header repeats the name and has extra fields of its own: PyTorch pads with them to align the data.
        byte[] local = new byte[LocalLength + name.Length];
        file.Read(header, local);
        return BinaryPrimitives.ReadUInt32LittleEndian(local) == LocalSignature
            && BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26)) == name.Length
            && local.AsSpan(LocalLength).SequenceEqual(name)
            ? header + LocalLength + name.Length + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28))
            : throw Damaged(file, $"has a local header at byte {header} that contradicts its directory");
    }

    private static string ReadName(MappedFile file, ReadOnlySpan<byte> name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged(file, "has a file name that isn't UTF-8");
        }
    }

    /// <summary>Overlapping files are how a small archive pretends to hold much.</summary>
    private static void CheckApart(MappedFile file, IEnumerable<ZipEntry> entries)
    {
        long end = 0;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.HeaderOffset))
        {
            if (entry.HeaderOffset < end)
            {
                throw Damaged(file, $"has {CheckpointFolder.Quote(entry.Name)} inside another file");
            }

            end = entry.DataOffset + entry.Length;
        }
    }

    private static CheckpointException Outside(MappedFile file, string name) => Damaged(file, $"places {CheckpointFolder.Quote(name)} outside the file");

    private static CheckpointException Damaged(MappedFile file, string problem) => new($"{file.Name}: the zip archive {problem}; download it again.");
}
