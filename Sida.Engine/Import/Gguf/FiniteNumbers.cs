using System.Numerics;
using System.Runtime.InteropServices;

namespace Sida.Engine.Import.Gguf;

/// <summary>Looks for infinity and NaN in stored numbers, by their exponent of all ones.</summary>
internal static class FiniteNumbers
{
    /// <summary>True if no number has all bits of <paramref name="exponent"/> set.</summary>
    public static bool AllFinite<T>(ReadOnlySpan<T> numbers, T exponent)
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
