using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>Widening and narrowing between the three float types of checkpoints, on little-endian bytes.</summary>
internal static class FloatConversion
{
    /// <summary>True for the types that this class converts.</summary>
    public static bool IsFloat(TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16;

    /// <summary>Widens stored numbers to singles; exact for every value.</summary>
    /// <param name="source">The stored bytes.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="destination">As many numbers as the source has.</param>
    public static void Widen(ReadOnlySpan<byte> source, TensorType type, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case TensorType.BF16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a float type.");
        }
    }

    /// <summary>Narrows singles, rounding to nearest even as PyTorch does.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="destination">Receives the bytes.</param>
    public static void Narrow(ReadOnlySpan<float> source, TensorType type, Span<byte> destination)
    {
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            case TensorType.BF16:
                NarrowBFloat16(MemoryMarshal.Cast<float, uint>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a float type.");
        }
    }

    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            Vector.ShiftLeft(low, 16).CopyTo(destination[i..]);
            Vector.ShiftLeft(high, 16).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }

    private static void NarrowBFloat16(ReadOnlySpan<uint> source, Span<ushort> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector<uint> low = RoundToUpperHalf(new Vector<uint>(source[i..]));
            Vector<uint> high = RoundToUpperHalf(new Vector<uint>(source[(i + Vector<uint>.Count)..]));
            Vector.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
        {
            uint bits = source[i];
            bool isNaN = (bits & 0x7FFF_FFFF) > 0x7F80_0000;
            destination[i] = (ushort)(isNaN ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>The bfloat16 nearest to each single, ties to even; a NaN stays one (rounding could carry it over to zero) and becomes quiet.</summary>
    private static Vector<uint> RoundToUpperHalf(Vector<uint> bits)
    {
        Vector<uint> upper = Vector.ShiftRightLogical(bits, 16);
        Vector<uint> rounded = Vector.ShiftRightLogical(bits + new Vector<uint>(0x7FFF) + (upper & Vector<uint>.One), 16);
        Vector<uint> isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7FFF_FFFF), new Vector<uint>(0x7F80_0000));
        return Vector.ConditionalSelect(isNaN, upper | new Vector<uint>(0x40), rounded);
    }
}
