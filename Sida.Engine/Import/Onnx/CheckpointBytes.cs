using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx;

/// <summary>
/// A tensor of the checkpoint, or a run of its elements, converted to float or half while it is copied: one buffer of
/// <see cref="ChunkElements"/> numbers is all that is ever in memory.
/// </summary>
internal sealed class CheckpointBytes(ITensorSource source, TensorInfo tensor, OnnxElement target, long firstElement, long elementCount)
    : IInitializerBytes
{
    private const int ChunkElements = 1 << 18;

    public void WriteTo(Stream stream, CancellationToken cancellation)
    {
        (TensorType type, int size) = target == OnnxElement.Float16 ? (TensorType.F16, 2) : (TensorType.F32, 4);
        var buffer = new byte[Math.Min(ChunkElements, elementCount) * size];
        for (long done = 0; done < elementCount; done += ChunkElements)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(ChunkElements, elementCount - done) * size);
            source.CopyAs(tensor.Name, type, firstElement + done, chunk);
            if (!FiniteNumbers.AllFinite(chunk, type))
            {
                throw new CheckpointException($"{tensor.Name}: holds infinity or NaN; no verdict or mask of such a model means anything. Download the checkpoint again.");
            }

            stream.Write(chunk);
        }
    }
}
