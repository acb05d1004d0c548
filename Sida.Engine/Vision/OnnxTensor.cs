using Microsoft.ML.OnnxRuntime;

namespace Sida.Engine.Vision;

/// <summary>A named input of a network: float or int numbers, row-major.</summary>
internal sealed class OnnxTensor
{
    private readonly Func<OrtValue> _toNative;

    /// <param name="name">Name of the graph's input.</param>
    /// <param name="values">As many as the shape says; not copied, and not to be changed before the run has ended.</param>
    /// <param name="shape">The sides, outermost first; a side may be 0.</param>
    public OnnxTensor(string name, float[] values, params long[] shape)
        : this(name, values.Length, shape, () => OrtValue.CreateTensorValueFromMemory(values, shape))
    {
    }

    /// <inheritdoc cref="OnnxTensor(string, float[], long[])"/>
    public OnnxTensor(string name, int[] values, params long[] shape)
        : this(name, values.Length, shape, () => OrtValue.CreateTensorValueFromMemory(values, shape))
    {
    }

    private OnnxTensor(string name, int count, long[] shape, Func<OrtValue> toNative)
    {
        if (shape.Aggregate(1L, (product, side) => checked(product * side)) != count)
        {
            throw new ArgumentException($"{name}: {count} numbers for shape ({string.Join(", ", shape)}).", nameof(shape));
        }

        Name = name;
        Shape = shape;
        _toNative = toNative;
    }

    public string Name { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>Lends the numbers to the runtime, without a copy, until the value is disposed.</summary>
    public OrtValue ToNative() => _toNative();
}
