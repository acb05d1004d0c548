using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Sida.Web.Review.Forensics;

/// <summary>Walks the chunks of a PNG. Compressed texts are unpacked up to a limit and no further: a few bytes may stand for gigabytes.</summary>
internal static class PngChunks
{
    private const int SignatureBytes = 8;
    private const int MostChunks = 200_000;
    private const string XmpKeyword = "XML:com.adobe.xmp";

    public static void Read(ReadOnlyMemory<byte> file, MetadataBlocks blocks)
    {
        int at = SignatureBytes;
        for (int chunk = 0; at + 12 <= file.Length; chunk++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            if (length > file.Length - at - 12 || chunk == MostChunks)
            {
                blocks.IsCut = true;
                return;
            }

            Take(Encoding.Latin1.GetString(file.Span.Slice(at + 4, 4)), file.Slice(at + 8, (int)length), blocks);
            at += 12 + (int)length;
        }
    }

    private static void Take(string type, ReadOnlyMemory<byte> body, MetadataBlocks blocks)
    {
        switch (type)
        {
            case "eXIf" when body.Length <= MetadataBlocks.MostBlockBytes:
                blocks.Exif ??= body;
                break;
            case "caBX":
                blocks.ContentCredentials ??= "PNG, caBX";
                break;
            case "tEXt":
                (string keyword, ReadOnlyMemory<byte> text) = Split(body);
                blocks.AddText(keyword, Encoding.Latin1.GetString(Cut(text.Span, blocks)));
                break;
            case "zTXt":
                (keyword, text) = Split(body);
                blocks.AddText(keyword, Encoding.Latin1.GetString(Cut(Unpack(text.Length < 1 ? text : text[1..], blocks), blocks)));
                break;
            case "iTXt":
                TakeInternational(body, blocks);
                break;
        }
    }

    /// <summary>Keyword, compression flag and method, language, translated keyword, text.</summary>
    private static void TakeInternational(ReadOnlyMemory<byte> body, MetadataBlocks blocks)
    {
        (string keyword, ReadOnlyMemory<byte> rest) = Split(body);
        if (rest.Length < 2)
        {
            return;
        }

        bool packed = rest.Span[0] == 1;
        (_, rest) = Split(rest[2..]);
        (_, rest) = Split(rest);
        ReadOnlyMemory<byte> text = packed ? Unpack(rest, blocks) : rest;
        if (keyword == XmpKeyword)
        {
            blocks.AddXmp(text);
        }
        else
        {
            blocks.AddText(keyword, Encoding.UTF8.GetString(Cut(text.Span, blocks)));
        }
    }

    private static (string Keyword, ReadOnlyMemory<byte> After) Split(ReadOnlyMemory<byte> body)
    {
        int end = body.Span.IndexOf((byte)0);
        return end < 0
            ? (Encoding.Latin1.GetString(body.Span[..Math.Min(body.Length, 80)]), default)
            : (Encoding.Latin1.GetString(body.Span[..Math.Min(end, 80)]), body[(end + 1)..]);
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlyMemory<byte> bytes, MetadataBlocks blocks) => Cut(bytes.Span, blocks);

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> bytes, MetadataBlocks blocks)
    {
        blocks.IsCut |= bytes.Length > MetadataBlocks.MostText * 4;
        return bytes[..Math.Min(bytes.Length, MetadataBlocks.MostText * 4)];
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> packed, MetadataBlocks blocks)
    {
        using MemoryStream input = new(packed.ToArray());
        using ZLibStream inflated = new(input, CompressionMode.Decompress);
        byte[] output = new byte[64 << 10];
        int length = 0;
        try
        {
            for (int count; (count = inflated.Read(output, length, output.Length - length)) > 0;)
            {
                length += count;
                if (length == MetadataBlocks.MostBlockBytes)
                {
                    blocks.IsCut = true;
                    break;
                }

                if (length == output.Length)
                {
                    Array.Resize(ref output, Math.Min(output.Length * 2, MetadataBlocks.MostBlockBytes));
                }
            }
        }
        catch (InvalidDataException)
        {
            // What came out before the damage is shown.
            blocks.IsCut = true;
        }

        return output[..length];
    }
}
