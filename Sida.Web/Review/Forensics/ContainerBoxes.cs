using System.Buffers.Binary;

namespace Sida.Web.Review.Forensics;

/// <summary>The outermost parts of WebP (RIFF chunks) and of AVIF and HEIC (ISO base media boxes).</summary>
internal static class ContainerBoxes
{
    private const int MostParts = 100_000;

    /// <summary>The uuid of the box that holds C2PA's manifest store (C2PA specification, embedding in BMFF).</summary>
    private static ReadOnlySpan<byte> ContentCredentialsId => [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];

    public static void ReadWebP(ReadOnlyMemory<byte> file, MetadataBlocks blocks)
    {
        int at = 12;
        for (int part = 0; at + 8 <= file.Length && part < MostParts; part++)
        {
            ReadOnlySpan<byte> type = file.Span.Slice(at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[(at + 4)..]);
            if (length > file.Length - at - 8)
            {
                blocks.IsCut = true;
                return;
            }

            ReadOnlyMemory<byte> body = file.Slice(at + 8, (int)length);
            if (type.SequenceEqual("EXIF"u8) && body.Length <= MetadataBlocks.MostBlockBytes)
            {
                // Some writers put JPEG's name before it.
                blocks.Exif ??= body.Span.StartsWith("Exif\0\0"u8) ? body[6..] : body;
            }
            else if (type.SequenceEqual("XMP "u8))
            {
                blocks.AddXmp(body);
            }
            else if (type.SequenceEqual("C2PA"u8))
            {
                blocks.ContentCredentials ??= "WebP, C2PA chunk";
            }

            at += 8 + (int)length + (int)(length % 2);
        }
    }

    public static void ReadBaseMedia(ReadOnlyMemory<byte> file, MetadataBlocks blocks)
    {
        long at = 0;
        for (int part = 0; at + 8 <= file.Length && part < MostParts; part++)
        {
            ReadOnlySpan<byte> box = file.Span[(int)at..];
            long length = BinaryPrimitives.ReadUInt32BigEndian(box);
            int header = 8;
            if (length == 1 && box.Length >= 16)
            {
                (length, header) = ((long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(box[8..]), long.MaxValue), 16);
            }

            if (box.Slice(4, 4).SequenceEqual("uuid"u8) && box.Length >= header + 16 && box.Slice(header, 16).SequenceEqual(ContentCredentialsId))
            {
                blocks.ContentCredentials ??= "ISO base media, uuid box";
            }

            if (length < header || length > file.Length - at)
            {
                // 0 means: up to the end of the file.
                blocks.IsCut |= length != 0;
                return;
            }

            at += length;
        }
    }
}
