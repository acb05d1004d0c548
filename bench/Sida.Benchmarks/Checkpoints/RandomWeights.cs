using System.Runtime.InteropServices;

namespace Sida.Benchmarks.Checkpoints;

/// <summary>
/// Invented bf16 numbers of the usual spread (normal, deviation 0.02; norms near 1), the same for a seed. One block of random
/// numbers is written again and again: timing a reader needs bytes, not entropy.
/// </summary>
internal sealed class RandomWeights
{
    private const int BlockElements = 1 << 20;

    private readonly byte[] _normal;
    private readonly byte[] _ones;

    public RandomWeights(int seed)
    {
        Random random = new(seed);
        _normal = Block(() => (float)(0.02 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        _ones = Block(() => 1 + (0.05f * (random.NextSingle() - 0.5f)));
    }

    public static long Count(long[] shape) => shape.Aggregate(1L, (product, side) => product * side);

    /// <summary>Writes one tensor's bytes.</summary>
    public void Write(Stream output, string name, long[] shape)
    {
        byte[] block = shape.Length == 1 && name.EndsWith("norm.weight", StringComparison.Ordinal) ? _ones : _normal;
        for (long left = Count(shape) * 2; left > 0;)
        {
            int length = (int)Math.Min(left, block.Length);
            output.Write(block, 0, length);
            left -= length;
        }
    }

    private static byte[] Block(Func<float> next)
    {
        ushort[] block = new ushort[BlockElements];
        for (int index = 0; index < block.Length; index++)
        {
            block[index] = (ushort)(BitConverter.SingleToUInt32Bits(next()) >> 16);
        }

        return MemoryMarshal.AsBytes(block.AsSpan()).ToArray();
    }
}
