using System.Buffers.Binary;
using System.Text;

namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>The bytes of a pickle, read forwards and never past their end.</summary>
internal sealed class PickleInput(byte[] bytes, string file)
{
    private const int MaxText = 4096;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private int _position;

    /// <summary>Bytes read so far.</summary>
    public int Position => _position;

    /// <summary>Whether all bytes are read.</summary>
    public bool AtEnd => _position == bytes.Length;

    /// <summary>The error for a pickle that torch can't have written.</summary>
    public CheckpointException Damaged(string problem) => new($"{file}: the pickle {problem} (at byte {_position}); download it again.");

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > bytes.Length - _position)
        {
            throw Damaged("ends in the middle of a value");
        }

        ReadOnlySpan<byte> taken = bytes.AsSpan(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Two bytes.</summary>
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>Four bytes, signed.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>Four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Eight bytes.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>A float, which pickle alone writes with its most significant byte first.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A whole number of up to eight bytes, two's complement, least significant first.</summary>
    public long ShortLong()
    {
        ReadOnlySpan<byte> number = Take(Byte());
        if (number.Length > 8)
        {
            throw Damaged($"has a number of {number.Length} bytes, no tensor is that large");
        }

        long value = number.IsEmpty || (number[^1] & 0x80) == 0 ? 0 : -1;
        for (int i = number.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | number[i];
        }

        return value;
    }

    /// <summary>A text of a given length.</summary>
    public string Text(long length)
    {
        if (length > MaxText)
        {
            throw Damaged($"has a text of {length} bytes, no tensor name is that long");
        }

        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("has a text that isn't UTF-8");
        }
    }

    /// <summary>A text up to the next line feed, which is skipped.</summary>
    public string Line()
    {
        int length = bytes.AsSpan(_position).IndexOf((byte)'\n');
        string line = Text(length);
        Take(1);
        return line;
    }
}
