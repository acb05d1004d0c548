using System.Numerics;
using System.Runtime.InteropServices;
using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import;

/// <summary>Looks for infinity and NaN in stored numbers, by their exponent of all ones.</summary>
internal static class FiniteNumbers
{
    /// <summary>True if all are finite.</summary>
    /// <param name="numbers">Whole numbers of the type.</param>
    /// <param name="type">A floating-point type of 4 or 2 bytes.</param>
    public static bool AllFinite(ReadOnlySpan<byte> numbers, TensorType type) => type switch
    {
        TensorType.F32 => AllFinite<uint>(MemoryMarshal.Cast<byte, uint>(numbers), 0x7F80_0000),
        TensorType.F16 => AllFinite<ushort>(MemoryMarshal.Cast<byte, ushort>(numbers), 0x7C00),
        TensorType.BF16 => AllFinite<ushort>(MemoryMarshal.Cast<byte, ushort>(numbers), 0x7F80),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of weights."),
    };

    /// <summary>True if no number has all bits of <paramref name="exponent"/> set.</summary>
    private static bool AllFinite<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(numbers);
        Vector<T> mask = new(exponent);
        foreach (Vector<T> vector in vectors)
        {
            if (Vector.EqualsAny(vector & mask, mask))
            {
                return false;
            }
        }

        foreach (T number in numbers[(vectors.Length * Vector<T>.Count)..])
        {
            if ((number & exponent) == exponent)
            {
                return false;
            }
        }

        return true;
    }
}
