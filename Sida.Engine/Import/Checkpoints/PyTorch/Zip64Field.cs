using System.Buffers.Binary;

namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>The extra field of a zip entry with the 64-bit values of those fields that are too large for 32 (APPNOTE.TXT 6.3.10, section 4.5.3).</summary>
internal static class Zip64Field
{
    private const ushort Id = 0x0001;

    /// <summary>Replaces those values that are saturated, in the order in which the format lists them.</summary>
    /// <param name="extra">All extra fields of the entry.</param>
    /// <param name="length">Uncompressed size.</param>
    /// <param name="stored">Compressed size.</param>
    /// <param name="header">Offset of the local header.</param>
    /// <returns>False when the extra fields are damaged.</returns>
    public static bool TryWiden(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long header)
    {
        while (extra.Length >= 4)
        {
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                return false;
            }

            ReadOnlySpan<byte> values = extra.Slice(4, size);
            extra = extra[(4 + size)..];
            if (id == Id)
            {
                TakeIfSaturated(ref length, ref values);
                TakeIfSaturated(ref stored, ref values);
                TakeIfSaturated(ref header, ref values);
                return true;
            }
        }

        return true;
    }

    private static void TakeIfSaturated(ref long field, ref ReadOnlySpan<byte> values)
    {
        if (field == uint.MaxValue && values.Length >= 8)
        {
            field = BinaryPrimitives.ReadInt64LittleEndian(values);
            values = values[8..];
        }
    }
}
