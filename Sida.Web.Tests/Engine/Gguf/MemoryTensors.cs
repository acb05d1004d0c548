using System.Buffers.Binary;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Gguf;

namespace Sida.Web.Tests.Engine.Gguf;

/// <summary>A checkpoint made in a test.</summary>
internal sealed class MemoryTensors : ITensorSource
{
    private readonly Dictionary<string, byte[]> _bytes = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>A LLaMA model with random weights of the usual sizes: logits differ clearly from each other.</summary>
    public static MemoryTensors RandomLlama(LlamaConfig config, int vocabulary, int seed, TensorType type = TensorType.F32)
    {
        MemoryTensors tensors = new();
        Random random = new(seed);
        foreach (LlamaWeight weight in LlamaWeight.All(config, vocabulary))
        {
            float scale = weight.Source == LlamaWeight.EmbeddingKey ? 1 : 1.5f / MathF.Sqrt(weight.Shape[^1]);
            float[] values = new float[weight.Shape.Aggregate(1L, (product, side) => product * side)];
            for (int index = 0; index < values.Length; index++)
            {
                float noise = ((float)random.NextDouble() * 2) - 1;
                values[index] = weight.Kind == LlamaWeightKind.Norm ? 1 + (0.2f * noise) : scale * noise;
            }

            tensors.Add(weight.Source, weight.Shape, values, type);
        }

        return tensors;
    }

    public void Add(string name, IReadOnlyList<long> shape, float[] values, TensorType type = TensorType.F32)
    {
        TensorInfo info = new(name, type, shape);
        byte[] bytes = new byte[info.ByteCount];
        FloatConversion.Narrow(values, type, bytes);
        _bytes[name] = bytes;
        _tensors[name] = info;
    }

    public void Remove(string name)
    {
        _bytes.Remove(name);
        _tensors.Remove(name);
    }

    /// <summary>Changes one number of an F32 tensor.</summary>
    public void Set(string name, int index, float value) => BinaryPrimitives.WriteSingleLittleEndian(_bytes[name].AsSpan(index * sizeof(float)), value);

    /// <summary>The numbers of a tensor as they were rounded when it was added.</summary>
    public float[] Floats(string name) => this.ReadFloats(name);

    public void CopyBytes(string name, long offset, Span<byte> destination) =>
        _bytes[name].AsSpan((int)offset, destination.Length).CopyTo(destination);

    public void Dispose()
    {
    }
}
