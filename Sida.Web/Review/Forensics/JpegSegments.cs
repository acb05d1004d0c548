using System.Buffers.Binary;
using System.Text;

namespace Sida.Web.Review.Forensics;

/// <summary>Walks the segments of a JPEG up to its pixels. A segment has at most 64 KiB, so has everything cut out here.</summary>
internal static class JpegSegments
{
    private const byte StartOfScan = 0xDA;
    private const byte QuantisationTables = 0xDB;
    private const byte ProgressiveFrame = 0xC2;
    private const byte App1 = 0xE1;
    private const byte App11 = 0xEB;
    private const byte App13 = 0xED;
    private const byte Comment = 0xFE;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    public static void Read(ReadOnlyMemory<byte> file, MetadataBlocks blocks)
    {
        int at = 2;
        while (at + 4 <= file.Length && file.Span[at] == 0xFF)
        {
            byte marker = file.Span[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file.Span[(at + 2)..]);
            if (marker == StartOfScan)
            {
                return;
            }

            if (length < 2 || at + 2 + length > file.Length)
            {
                blocks.IsCut = true;
                return;
            }

            Take(marker, file.Slice(at + 4, length - 2), blocks);
            at += 2 + length;
        }
    }

    private static void Take(byte marker, ReadOnlyMemory<byte> body, MetadataBlocks blocks)
    {
        ReadOnlySpan<byte> bytes = body.Span;
        switch (marker)
        {
            case App1 when bytes.StartsWith(ExifName):
                blocks.Exif ??= body[ExifName.Length..];
                break;
            case App1 when bytes.StartsWith(XmpName):
                blocks.AddXmp(body[XmpName.Length..]);
                break;
            case App13 when bytes.StartsWith(PhotoshopName):
                blocks.Iptc ??= PhotoshopResources.FindIptc(body[PhotoshopName.Length..]);
                break;
            case App11 when IsContentCredentials(bytes):
                blocks.ContentCredentials ??= "JPEG, APP11 (JUMBF)";
                break;
            case Comment:
                blocks.AddText("JPEG comment", Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MetadataBlocks.MostText * 4)]));
                break;
            case QuantisationTables:
                JpegQuantisation.ReadTables(bytes, blocks);
                break;
            case ProgressiveFrame:
                blocks.IsProgressive = true;
                break;
        }
    }

    /// <summary>"JP", numbers, then a JUMBF superbox whose description names C2PA (ISO 19566-5; C2PA specification, embedding in JPEG).</summary>
    private static bool IsContentCredentials(ReadOnlySpan<byte> body) =>
        body.StartsWith("JP"u8) && body[..Math.Min(body.Length, 128)].IndexOf("jumb"u8) >= 0 && body[..Math.Min(body.Length, 128)].IndexOf("c2pa"u8) >= 0;
}
