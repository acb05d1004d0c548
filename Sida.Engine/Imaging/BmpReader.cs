using System.Buffers.Binary;

namespace Sida.Engine.Imaging;

/// <summary>
/// Windows bitmaps, which libvips lacks: 1, 4, 8, 16, 24 and 32 bits a pixel, bottom-up or top-down, uncompressed.
/// Source of the layout: Microsoft, Bitmap Storage (BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER).
/// </summary>
internal sealed class BmpReader : IPixelReader
{
    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly long _pixels;
    private readonly int _stride;
    private readonly int _bits;
    private readonly bool _topDown;
    private readonly bool _sixGreenBits;
    private readonly byte[] _palette;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="ImageException">It is damaged, too large or of an unsupported kind.</exception>
    public BmpReader(ReadOnlyMemory<byte> file, Refusal refusal, ImageLimits limits)
    {
        _file = file;
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < FileHeaderBytes + CoreHeaderBytes)
        {
            throw refusal.Damaged(ImageFormat.Bmp);
        }

        _pixels = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        long headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FileHeaderBytes..]);
        ReadOnlySpan<byte> header = bytes[FileHeaderBytes..];
        if ((headerBytes != CoreHeaderBytes && headerBytes < InfoHeaderBytes) || headerBytes > header.Length)
        {
            throw refusal.Damaged(ImageFormat.Bmp);
        }

        bool core = headerBytes == CoreHeaderBytes;
        long width = core ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        long height = core ? BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) : BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        _bits = BinaryPrimitives.ReadUInt16LittleEndian(header[(core ? 10 : 14)..]);
        uint compression = core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        _topDown = height < 0;
        refusal.Check(width, Math.Abs(height), 1, limits);
        (Width, Height) = ((int)width, (int)Math.Abs(height));
        _stride = checked((int)((((long)Width * _bits) + 31) / 32 * 4));
        _sixGreenBits = CheckLayout(header, compression, refusal);
        _palette = _bits <= 8 ? ReadPalette(header, headerBytes, refusal) : [];
        if (_pixels < FileHeaderBytes + headerBytes || _pixels + ((long)_stride * Height) > bytes.Length)
        {
            throw refusal.Damaged(ImageFormat.Bmp);
        }
    }

    public int Width { get; }

    public int Height { get; }

    public int Orientation => 1;

    public int Frames => 1;

    public int StripRows => Math.Clamp((1 << 20) / _stride, 1, Height);

    public void Read(int firstRow, Span<byte> rows)
    {
        for (int y = 0; y < rows.Length / (Width * 3); y++)
        {
            int stored = _topDown ? firstRow + y : Height - 1 - firstRow - y;
            ReadOnlySpan<byte> row = _file.Span.Slice((int)(_pixels + ((long)stored * _stride)), _stride);
            Span<byte> rgb = rows.Slice(y * Width * 3, Width * 3);
            for (int x = 0; x < Width; x++)
            {
                ReadPixel(row, x, rgb.Slice(x * 3, 3));
            }
        }
    }

    public void Dispose()
    {
    }

    private void ReadPixel(ReadOnlySpan<byte> row, int x, Span<byte> rgb)
    {
        if (_bits <= 8)
        {
            int perByte = 8 / _bits;
            int index = (row[x / perByte] >> ((perByte - 1 - (x % perByte)) * _bits)) & ((1 << _bits) - 1);
            _palette.AsSpan(index * 3, 3).CopyTo(rgb);
        }
        else if (_bits == 16)
        {
            // The low bits stay 0, as in OpenCV (icvCvt_BGR5552BGR, icvCvt_BGR5652BGR): white is 248.
            int value = BinaryPrimitives.ReadUInt16LittleEndian(row[(x * 2)..]);
            rgb[0] = (byte)(_sixGreenBits ? (value >> 8) & 0xF8 : (value >> 7) & 0xF8);
            rgb[1] = (byte)(_sixGreenBits ? (value >> 3) & 0xFC : (value >> 2) & 0xF8);
            rgb[2] = (byte)(value << 3);
        }
        else
        {
            ReadOnlySpan<byte> bgr = row.Slice(x * (_bits / 8), 3);
            (rgb[0], rgb[1], rgb[2]) = (bgr[2], bgr[1], bgr[0]);
        }
    }

    /// <summary>Refuses what isn't read; true when 16-bit pixels have six bits of green.</summary>
    private bool CheckLayout(ReadOnlySpan<byte> header, uint compression, Refusal refusal)
    {
        const uint Uncompressed = 0, BitFields = 3;
        if (_bits is not (1 or 4 or 8 or 16 or 24 or 32))
        {
            throw refusal.Unsupported($"the Bmp file has {_bits} bits a pixel");
        }

        if (compression == Uncompressed)
        {
            return false;
        }

        if (compression != BitFields || _bits is not (16 or 32))
        {
            throw refusal.Unsupported("the Bmp file is compressed");
        }

        // The masks of red, green and blue follow the first 40 header bytes, within the header or after it.
        if (header.Length < InfoHeaderBytes + 12)
        {
            throw refusal.Damaged(ImageFormat.Bmp);
        }

        uint red = BinaryPrimitives.ReadUInt32LittleEndian(header[InfoHeaderBytes..]);
        uint green = BinaryPrimitives.ReadUInt32LittleEndian(header[(InfoHeaderBytes + 4)..]);
        uint blue = BinaryPrimitives.ReadUInt32LittleEndian(header[(InfoHeaderBytes + 8)..]);
        return (_bits, red, green, blue) switch
        {
            (32, 0xFF0000, 0xFF00, 0xFF) => false,
            (16, 0x7C00, 0x3E0, 0x1F) => false,
            (16, 0xF800, 0x7E0, 0x1F) => true,
            _ => throw refusal.Unsupported("the Bmp file has an unusual order of colours"),
        };
    }

    private byte[] ReadPalette(ReadOnlySpan<byte> header, long headerBytes, Refusal refusal)
    {
        bool core = headerBytes == CoreHeaderBytes;
        int entryBytes = core ? 3 : 4;
        uint declared = core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header[32..]);
        int entries = declared == 0 ? 1 << _bits : (int)Math.Min(declared, 1u << _bits);
        if (headerBytes + (entries * entryBytes) > header.Length)
        {
            throw refusal.Damaged(ImageFormat.Bmp);
        }

        byte[] palette = new byte[3 << _bits];
        for (int i = 0; i < entries; i++)
        {
            ReadOnlySpan<byte> bgr = header.Slice((int)headerBytes + (i * entryBytes), 3);
            (palette[i * 3], palette[(i * 3) + 1], palette[(i * 3) + 2]) = (bgr[2], bgr[1], bgr[0]);
        }

        return palette;
    }
}
