using System.Buffers.Binary;

namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>
/// The end of a zip archive: where its central directory is (format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16).
/// PyTorch writes the zip64 form, and needs it from 4 GiB on.
/// </summary>
/// <param name="Entries">Number of files.</param>
/// <param name="DirectoryOffset">Where the central directory begins.</param>
/// <param name="DirectoryLength">Bytes of the central directory.</param>
internal sealed record ZipEnd(long Entries, long DirectoryOffset, int DirectoryLength)
{
    private const uint EndSignature = 0x06054B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint End64Signature = 0x06064B50;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int MaxDirectoryLength = 64 << 20;
    private const int DirectoryEntryLength = 46;

    /// <summary>Finds the end record and reads it.</summary>
    /// <exception cref="CheckpointException">There is none, or it contradicts itself or the file.</exception>
    public static ZipEnd Read(MappedFile file)
    {
        byte[] tail = new byte[Math.Min(file.Length, EndLength + ushort.MaxValue)];
        long tailOffset = file.Length - tail.Length;
        file.Read(tailOffset, tail);
        int at = FindEnd(tail);
        if (at < 0)
        {
            throw new CheckpointException($"{file.Name}: the zip archive has no end, the file is cut short; download it again.");
        }

        ReadOnlySpan<byte> end = tail.AsSpan(at);
        long entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        long directoryEnd = tailOffset + at;
        bool sound = BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) == 0; // a single disk
        if (ReadEnd64(file, directoryEnd) is var (entries64, length64, offset64, position64))
        {
            // Where the short fields are not "see the other record", both must say the same: readers differ in which they believe.
            sound &= (entries == ushort.MaxValue || entries == entries64) && (length == uint.MaxValue || length == length64)
                && (offset == uint.MaxValue || offset == offset64);
            (entries, length, offset, directoryEnd) = (entries64, length64, offset64, position64);
        }

        sound &= length is > 0 and <= MaxDirectoryLength && offset >= 0 && offset == directoryEnd - length
            && entries > 0 && entries <= length / DirectoryEntryLength;
        return sound
            ? new ZipEnd(entries, offset, (int)length)
            : throw new CheckpointException($"{file.Name}: the zip archive's end contradicts the file; download it again.");
    }

    /// <summary>The last end record whose comment reaches exactly to the end of the file.</summary>
    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (int at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length - at - EndLength)
            {
                return at;
            }
        }

        return -1;
    }

    private static (long Entries, long Length, long Offset, long Position)? ReadEnd64(MappedFile file, long endOffset)
    {
        if (endOffset < LocatorLength + End64Length)
        {
            return null;
        }

        Span<byte> locator = stackalloc byte[LocatorLength];
        file.Read(endOffset - LocatorLength, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return null;
        }

        long position = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        Span<byte> end = stackalloc byte[End64Length];
        file.Read(position, end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != End64Signature || position > endOffset - LocatorLength - End64Length
            || BinaryPrimitives.ReadInt64LittleEndian(end[16..]) != 0)
        {
            throw new CheckpointException($"{file.Name}: the zip archive's zip64 record is damaged; download it again.");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(end[32..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[48..]), position);
    }
}
