namespace Sida.Engine.Import.Checkpoints;

/// <summary>The number types that published checkpoints use.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>The upper half of a single.</summary>
    BF16,

    /// <summary>64-bit integer; only index buffers use it and the importer skips them.</summary>
    I64,
}

/// <summary>What a checkpoint says of one tensor, before its numbers are read.</summary>
/// <param name="Name">The state-dict key.</param>
/// <param name="Type">Number type as stored.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => checked(product * side));

    /// <summary>Bytes of one element.</summary>
    public int ElementSize => Type switch { TensorType.F32 => 4, TensorType.I64 => 8, _ => 2 };

    /// <summary>Bytes of the whole tensor, contiguous.</summary>
    public long ByteCount => checked(Count * ElementSize);
}

/// <summary>
/// The tensors of one checkpoint, whatever its container (single or sharded, pickle or safetensors). Backed by memory-mapped
/// files: opening reads headers only, so a 13B checkpoint costs no memory until a tensor is copied.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>All tensors by state-dict key.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Copies part of a tensor's bytes, contiguous row-major little-endian, as stored.</summary>
    /// <param name="name">The state-dict key; must be in <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte to copy, counted from the tensor's start.</param>
    /// <param name="destination">Receives exactly its own length in bytes.</param>
    /// <exception cref="CheckpointException">The file ends before the tensor does.</exception>
    void CopyBytes(string name, long offset, Span<byte> destination);
}
