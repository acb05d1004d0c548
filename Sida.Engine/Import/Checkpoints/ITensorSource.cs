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

    /// <summary>IEEE 754 double precision.</summary>
    F64,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>16-bit integer.</summary>
    I16,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,
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
    public int ElementSize => Type switch
    {
        TensorType.F64 or TensorType.I64 => 8,
        TensorType.F32 or TensorType.I32 => 4,
        TensorType.F16 or TensorType.BF16 or TensorType.I16 => 2,
        TensorType.I8 or TensorType.U8 or TensorType.Bool => 1,
        _ => throw new InvalidOperationException($"Tensor type {Type} has no size."),
    };

    /// <summary>Bytes of the whole tensor, contiguous.</summary>
    public long ByteCount => checked(Count * ElementSize);
}

/// <summary>
/// The tensors of one checkpoint, whatever its container (single or sharded, pickle or safetensors). Backed by memory-mapped
/// files: opening reads headers only, so a 13B checkpoint costs no memory until a tensor is copied. Safe for several threads at once.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>All tensors by state-dict key.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Copies part of a tensor's bytes, contiguous row-major little-endian, as stored.</summary>
    /// <param name="name">The state-dict key; must be in <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte to copy, counted from the tensor's start; the start of an element.</param>
    /// <param name="destination">Receives exactly its own length in bytes, which are whole elements.</param>
    /// <exception cref="CheckpointException">There is no such tensor, the range leaves it, or the file has changed since it was opened.</exception>
    void CopyBytes(string name, long offset, Span<byte> destination);
}
