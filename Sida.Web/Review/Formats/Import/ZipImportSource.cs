using System.Buffers.Binary;
using System.IO.Compression;
using Sida.Engine;
using Sida.Web.Access;

namespace Sida.Web.Review.Formats.Import;

/// <summary>An uploaded zip. Before its list of files is read, the list's size is checked; nothing is unpacked to disk by its name.</summary>
internal sealed class ZipImportSource : IImportSource
{
    /// <summary>Bytes of the list of files at the end.</summary>
    private const long MostDirectory = 64L << 20;

    /// <summary>A picture or mask shrinks little; text shrinks to a fortieth. Beyond that a file is made to burst.</summary>
    private const int MostRatio = 300;

    /// <summary>What is so small may shrink as it likes.</summary>
    private const long SmallFile = 4 << 20;

    private const uint EndSignature = 0x06054b50;
    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;

    private readonly ZipArchive _zip;
    private readonly ImportBudget _budget;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    private ZipImportSource(ZipArchive zip, string name, ImportBudget budget) => (_zip, Name, _budget) = (zip, name, budget);

    public string Name { get; }

    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>Opens a zip that lies in a file.</summary>
    /// <exception cref="RequestException">It is no zip, is damaged, or holds names that lead out of it.</exception>
    /// <exception cref="LimitException">It holds too many files.</exception>
    public static ZipImportSource Open(string path, string name, ImportBudget budget)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            CheckDirectory(file);
            file.Position = 0;
            ZipImportSource source = new(new ZipArchive(file, ZipArchiveMode.Read), name, budget);
            source.TakeEntries();
            return source;
        }
        catch (InvalidDataException error)
        {
            file.Dispose();
            throw new RequestException("The file is not a whole zip archive. Make it again and send all of it.", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public bool Contains(string path) => _entries.ContainsKey(path);

    public Stream Open(string path, long mostBytes)
    {
        ZipArchiveEntry entry = _entries[path];
        long most = Math.Min(mostBytes, Math.Max(SmallFile, entry.CompressedLength * MostRatio));
        try
        {
            return new CountedStream(entry.Open(), path, most, _budget.Use);
        }
        catch (InvalidDataException error)
        {
            throw new RequestException($"{path} can't be unpacked: {error.Message}", error);
        }
    }

    public void Dispose() => _zip.Dispose();

    private void TakeEntries()
    {
        foreach (ZipArchiveEntry entry in _zip.Entries.Where(entry => !entry.FullName.EndsWith('/') && !entry.FullName.EndsWith('\\')))
        {
            string path = EntryName.Clean(entry.FullName) ?? throw new RequestException($"The zip has a file with a name that leads out of it or is none (entry {_entries.Count + 1}). Make the zip again from an ordinary folder.");
            if (entry.IsEncrypted)
            {
                throw new RequestException($"{path} is encrypted. Make the zip without a password.");
            }

            if (!EntryName.IsClutter(path) && !_entries.TryAdd(path, entry))
            {
                throw new RequestException($"The zip has two files called {path}. Make it again.");
            }

            if (_entries.Count > IImportSource.MostFiles)
            {
                throw new LimitException($"The zip has more than {IImportSource.MostFiles} files. Import it in parts.", isSize: true);
            }
        }

        Files = [.. _entries.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Refuses a list of files so long that reading it would take all memory: it begins where the end record says and goes on to the end.</summary>
    private static void CheckDirectory(FileStream file)
    {
        int tailLength = (int)Math.Min(file.Length, EndLength + LongestComment + 20);
        byte[] tail = new byte[tailLength];
        file.Position = file.Length - tailLength;
        file.ReadExactly(tail);
        int end = LastIndexOf(tail, EndSignature);
        if (end < 0 || end + EndLength > tail.Length)
        {
            throw new InvalidDataException("There is no end record.");
        }

        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (start == uint.MaxValue && end >= 20 && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end - 20)) == End64LocatorSignature)
        {
            start = Read64(file, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - 20 + 8)));
        }

        if (start < 0 || start > file.Length)
        {
            throw new InvalidDataException("The list of files is not there.");
        }

        if (file.Length - start > MostDirectory)
        {
            throw new LimitException($"The zip's list of files is longer than {MostDirectory >> 20} MB. Import it in parts.", isSize: true);
        }
    }

    private static long Read64(FileStream file, long at)
    {
        byte[] record = new byte[56];
        if (at < 0 || at > file.Length - record.Length)
        {
            throw new InvalidDataException("The long end record is not there.");
        }

        file.Position = at;
        file.ReadExactly(record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == End64Signature
            ? BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48))
            : throw new InvalidDataException("The long end record is damaged.");
    }

    private static int LastIndexOf(byte[] bytes, uint signature)
    {
        Span<byte> pattern = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(pattern, signature);
        return bytes.AsSpan().LastIndexOf(pattern);
    }
}
