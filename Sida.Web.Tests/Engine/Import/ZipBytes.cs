using System.Buffers.Binary;
using System.Text;
using Sida.Engine.Import.Checkpoints.PyTorch;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>A file for <see cref="ZipBytes"/>; whatever is set besides name and data is a lie of the directory.</summary>
internal sealed record ZipPart(string Name, byte[] Data)
{
    public ushort Method { get; init; }

    public ushort Flags { get; init; }

    public string? LocalName { get; init; }

    public uint? Length { get; init; }

    public uint? HeaderOffset { get; init; }

    public uint? Crc { get; init; }
}

/// <summary>Makes zip archives of stored files, honest and lying ones.</summary>
internal static class ZipBytes
{
    public static byte[] Make(bool zip64, params IEnumerable<ZipPart> parts)
    {
        using var file = new MemoryStream();
        using var directory = new MemoryStream();
        int count = 0;
        foreach (ZipPart part in parts)
        {
            uint crc = part.Crc ?? Crc32.Of(part.Data);
            uint offset = part.HeaderOffset ?? (uint)file.Position;
            uint length = part.Length ?? (uint)part.Data.Length;
            byte[] name = Encoding.UTF8.GetBytes(part.Name);
            byte[] localName = Encoding.UTF8.GetBytes(part.LocalName ?? part.Name);

            // The padding that torch puts in front of data to align it.
            byte[] padding = new byte[4 + ((int)(128 - ((file.Position + 34 + localName.Length) % 64)) % 64)];
            BinaryPrimitives.WriteUInt16LittleEndian(padding, 0x4246);
            BinaryPrimitives.WriteUInt16LittleEndian(padding.AsSpan(2), (ushort)(padding.Length - 4));
            Write(file, 0x04034B50u, (ushort)45, part.Flags, part.Method, 0u, crc, length, length, (ushort)localName.Length, (ushort)padding.Length);
            file.Write(localName);
            file.Write(padding);
            file.Write(part.Data);

            byte[] extra = new byte[zip64 ? 28 : 0];
            if (zip64)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
                BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), 24);
                BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4), length);
                BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(12), length);
                BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(20), offset);
            }

            uint shown = zip64 ? uint.MaxValue : length;
            Write(directory, 0x02014B50u, (ushort)45, (ushort)45, part.Flags, part.Method, 0u, crc, shown, shown, (ushort)name.Length, (ushort)extra.Length,
                (ushort)0, (ushort)0, (ushort)0, 0u, zip64 ? uint.MaxValue : offset);
            directory.Write(name);
            directory.Write(extra);
            count++;
        }

        uint start = (uint)file.Position;
        uint size = (uint)directory.Length;
        file.Write(directory.ToArray());
        if (zip64)
        {
            ulong position = (ulong)file.Position;
            Write(file, 0x06064B50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)count, (ulong)count, (ulong)size, (ulong)start);
            Write(file, 0x07064B50u, 0u, position, 1u);
        }

        ushort entries = zip64 ? ushort.MaxValue : (ushort)count;
        Write(file, 0x06054B50u, (ushort)0, (ushort)0, entries, entries, zip64 ? uint.MaxValue : size, zip64 ? uint.MaxValue : start, (ushort)0);
        return file.ToArray();
    }

    private static void Write(MemoryStream stream, params object[] fields)
    {
        foreach (object field in fields)
        {
            stream.Write(field switch
            {
                ushort value => BitConverter.GetBytes(value),
                uint value => BitConverter.GetBytes(value),
                ulong value => BitConverter.GetBytes(value),
                _ => throw new ArgumentException(field.GetType().Name),
            });
        }
    }
}
