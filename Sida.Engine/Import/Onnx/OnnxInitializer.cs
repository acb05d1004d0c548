namespace Sida.Engine.Import.Onnx;

/// <summary>A constant tensor of a graph. Its bytes are produced only while the file is written.</summary>
internal sealed record OnnxInitializer(string Name, OnnxElement Type, IReadOnlyList<long> Shape, IInitializerBytes Bytes)
{
    /// <summary>Number of bytes, little-endian row-major.</summary>
    public long ByteCount => Shape.Aggregate(1L, (product, side) => checked(product * side)) * ElementSize;

    private int ElementSize => Type switch { OnnxElement.Int64 => 8, OnnxElement.Float16 => 2, _ => 4 };
}

/// <summary>Produces a tensor's bytes, little-endian row-major, piece by piece.</summary>
internal interface IInitializerBytes
{
    /// <summary>Writes all bytes.</summary>
    /// <exception cref="CheckpointException">The checkpoint ends too early, or holds a number that the target type can't.</exception>
    void WriteTo(Stream stream, CancellationToken cancellation);
}

/// <summary>Bytes made by the importer itself: indexes, coordinates, small tables.</summary>
internal sealed class ConstantBytes(byte[] bytes) : IInitializerBytes
{
    public void WriteTo(Stream stream, CancellationToken cancellation) => stream.Write(bytes);
}
