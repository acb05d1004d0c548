using System.Runtime.InteropServices;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Onnx;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>A checkpoint in memory, of tensors with reproducible random numbers: norm weights around 1, everything else around 0.</summary>
internal sealed class RandomTensors(int seed, double deviation = 0.4) : ITensorSource
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, float[]> _values = [];

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The numbers of a tensor, in double precision.</summary>
    public double[] this[string name] => [.. _values[name].Select(value => (double)value)];

    public void Add(string name, params long[] shape)
    {
        var tensor = new TensorInfo(name, TensorType.F32, shape);
        bool isNorm = shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal);
        var values = new float[tensor.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((isNorm ? 1 : 0) + (deviation * ((_random.NextDouble() * 2) - 1)));
        }

        _tensors[name] = tensor;
        _values[name] = values;
    }

    public void Add(IEnumerable<ExpectedTensor> tensors)
    {
        foreach (ExpectedTensor tensor in tensors)
        {
            Add(tensor.Name, tensor.Shape);
        }
    }

    public void Remove(string name) => _tensors.Remove(name);

    public void Set(string name, int index, float value) => _values[name][index] = value;

    public void CopyBytes(string name, long offset, Span<byte> destination) =>
        MemoryMarshal.AsBytes<float>(_values[name]).Slice((int)offset, destination.Length).CopyTo(destination);

    public void Dispose()
    {
    }

    /// <summary>Reproducible random numbers from -1 to 1 times a factor.</summary>
    public static float[] Numbers(int seed, int count, double factor = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(factor * ((random.NextDouble() * 2) - 1)))];
    }
}
