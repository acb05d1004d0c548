using Sida.Engine.Analysis;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>Keeps what an analysis dumps.</summary>
internal sealed class TensorTable : ITensorSink
{
    private readonly Dictionary<string, Npy> _tensors = [];

    public Npy? Find(string name)
    {
        lock (_tensors)
        {
            return _tensors.GetValueOrDefault(name);
        }
    }

    public void Write(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        lock (_tensors)
        {
            _tensors.Add(name, new Npy(shape.ToArray(), values.ToArray()));
        }
    }
}
