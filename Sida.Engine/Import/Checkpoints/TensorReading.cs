using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>
/// Tensors as numbers of the type that a writer wants. Whatever a tensor's size, only pooled buffers of <see cref="ChunkElements"/>
/// numbers are used besides the destination.
/// </summary>
internal static class TensorReading
{
    /// <summary>Numbers converted at once; few enough to stay in a processor's cache.</summary>
    public const int ChunkElements = 1 << 18;

    /// <summary>Reads a whole tensor, widened to singles.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">State-dict key of an F32, F16 or BF16 tensor.</param>
    /// <returns>The numbers, row-major.</returns>
    /// <exception cref="CheckpointException">No such tensor, no float tensor, or too large for one array.</exception>
    public static float[] ReadFloats(this ITensorSource source, string name)
    {
        TensorInfo tensor = source.FloatTensor(name);
        if (tensor.Count > Array.MaxLength)
        {
            throw new CheckpointException($"{name}: {tensor.Count} numbers are more than one array holds; no part of a SIDA model is that large.");
        }

        float[] values = new float[tensor.Count];
        source.CopyFloats(name, 0, values);
        return values;
    }

    /// <summary>Reads part of a tensor, widened to singles.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">State-dict key of an F32, F16 or BF16 tensor.</param>
    /// <param name="first">Index of the first number, row-major.</param>
    /// <param name="destination">Receives exactly its own length in numbers.</param>
    /// <exception cref="CheckpointException">No such tensor, no float tensor, or the range leaves it.</exception>
    public static void CopyFloats(this ITensorSource source, string name, long first, Span<float> destination)
    {
        TensorInfo tensor = source.FloatTensor(name);
        if (tensor.Type == TensorType.F32)
        {
            source.CopyBytes(name, checked(first * 4), MemoryMarshal.AsBytes(destination));
            return;
        }

        byte[] stored = ArrayPool<byte>.Shared.Rent(Math.Min(destination.Length, ChunkElements) * tensor.ElementSize);
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(destination.Length, ChunkElements);
                Span<byte> chunk = stored.AsSpan(0, count * tensor.ElementSize);
                source.CopyBytes(name, checked(first * tensor.ElementSize), chunk);
                FloatConversion.Widen(chunk, tensor.Type, destination[..count]);
                first += count;
                destination = destination[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>Reads part of a tensor, converted to another float type (a plain copy when it is stored as that).</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">State-dict key of an F32, F16 or BF16 tensor.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="first">Index of the first number, row-major.</param>
    /// <param name="destination">Receives little-endian numbers; its length is a multiple of the type's size.</param>
    /// <exception cref="CheckpointException">No such tensor, no float tensor, the range leaves it, or a number is too large for F16.</exception>
    public static void CopyAs(this ITensorSource source, string name, TensorType type, long first, Span<byte> destination)
    {
        TensorInfo tensor = source.FloatTensor(name);
        int size = SizeOf(type);
        if (tensor.Type == type)
        {
            source.CopyBytes(name, checked(first * size), destination);
            return;
        }

        if (type == TensorType.F32)
        {
            source.CopyFloats(name, first, MemoryMarshal.Cast<byte, float>(destination));
            return;
        }

        float[] numbers = ArrayPool<float>.Shared.Rent(Math.Min(destination.Length / size, ChunkElements));
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(destination.Length / size, ChunkElements);
                Span<float> chunk = numbers.AsSpan(0, count);
                source.CopyFloats(name, first, chunk);
                CheckFits(name, chunk, type);
                FloatConversion.Narrow(chunk, type, destination[..(count * size)]);
                first += count;
                destination = destination[(count * size)..];
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(numbers);
        }
    }

    /// <summary>Writes a whole tensor in another float type, piece by piece.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">State-dict key of an F32, F16 or BF16 tensor.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="destination">Receives little-endian numbers, row-major, from its current position.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="CheckpointException">No such tensor, no float tensor, or a number is too large for F16.</exception>
    public static void WriteAs(this ITensorSource source, string name, TensorType type, Stream destination, CancellationToken cancellation)
    {
        TensorInfo tensor = source.FloatTensor(name);
        int size = SizeOf(type);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(tensor.Count, ChunkElements) * size);
        try
        {
            for (long first = 0; first < tensor.Count; first += ChunkElements)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(tensor.Count - first, ChunkElements) * size);
                source.CopyAs(name, type, first, chunk);
                destination.Write(chunk);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What the checkpoint says of one tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    public static TensorInfo Tensor(this ITensorSource source, string name) => source.Tensors.TryGetValue(name, out TensorInfo? tensor)
        ? tensor
        : throw new CheckpointException($"{name}: the checkpoint has no such tensor; check that it is complete and of the family named.");

    private static TensorInfo FloatTensor(this ITensorSource source, string name)
    {
        TensorInfo tensor = source.Tensor(name);
        return FloatConversion.IsFloat(tensor.Type)
            ? tensor
            : throw new CheckpointException($"{name}: stored as {tensor.Type}, but weights are F32, F16 or BF16; convert the checkpoint to one of these.");
    }

    private static int SizeOf(TensorType type) => FloatConversion.IsFloat(type)
        ? new TensorInfo(string.Empty, type, []).ElementSize
        : throw new ArgumentOutOfRangeException(nameof(type), type, "Not a float type.");

    /// <summary>A weight past F16's range would turn into infinity and every later number into NaN, far from the cause.</summary>
    private static void CheckFits(string name, ReadOnlySpan<float> numbers, TensorType type)
    {
        // 65520 is the smallest number that rounds to infinity instead of 65504. NaN and infinity of the checkpoint itself pass unchanged.
        if (type != TensorType.F16 || !(TensorPrimitives.MaxMagnitude(numbers) is float largest) || !(largest >= 65520f || float.IsNaN(largest)))
        {
            return;
        }

        foreach (float number in numbers)
        {
            if (float.IsFinite(number) && MathF.Abs(number) >= 65520f)
            {
                throw new CheckpointException($"{name}: holds {number}, which F16 can't; import with precision bf16 or f32.");
            }
        }
    }
}
