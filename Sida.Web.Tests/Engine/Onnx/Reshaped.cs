using Sida.Engine.Import.Checkpoints;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>A checkpoint that lies about the shape of one tensor, without having its numbers.</summary>
internal sealed class Reshaped(RandomTensors truth, string name, long[] shape) : ITensorSource
{
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = truth.Tensors.Values.ToDictionary(
        tensor => tensor.Name, tensor => tensor.Name == name ? tensor with { Shape = shape } : tensor);

    public void CopyBytes(string tensor, long offset, Span<byte> destination) => truth.CopyBytes(tensor, offset, destination);

    public void Dispose() => truth.Dispose();
}
