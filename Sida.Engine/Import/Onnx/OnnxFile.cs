namespace Sida.Engine.Import.Onnx;

/// <summary>
/// Writes a graph as <c>name.onnx</c> and, when it has large tensors, <c>name.onnx.data</c> beside it. Weights are streamed, so memory
/// use doesn't grow with the model.
/// </summary>
internal static class OnnxFile
{
    /// <summary>Tensors of this many bytes or more go into the data file.</summary>
    public const int ExternalFrom = 1 << 20;

    /// <summary>Tensors in the data file start at multiples of a memory page, so that a runtime can map them.</summary>
    private const int Alignment = 4096;

    /// <summary>Writes the files; existing ones are replaced.</summary>
    /// <param name="graph">What to write; it can be written again with the same result.</param>
    /// <param name="path">The model file's path.</param>
    /// <param name="progress">Receives the weight bytes of each tensor when it is written; they sum to <see cref="OnnxGraph.WeightBytes"/>.</param>
    /// <param name="cancellation">Leaves incomplete files behind.</param>
    /// <exception cref="CheckpointException">The checkpoint ends too early, or holds a number that the target type can't.</exception>
    public static void Write(OnnxGraph graph, string path, IProgress<long>? progress, CancellationToken cancellation)
    {
        string dataPath = path + ".data";
        File.Delete(dataPath);
        var initializers = new List<byte[]>(graph.Initializers.Count);
        using (FileStream? data = graph.Initializers.Any(IsExternal) ? File.Create(dataPath) : null)
        {
            foreach (OnnxInitializer initializer in graph.Initializers)
            {
                initializers.Add(data is not null && IsExternal(initializer)
                    ? WriteExternal(initializer, data, Path.GetFileName(dataPath), cancellation)
                    : WriteInline(initializer, cancellation));
                progress?.Report(initializer.ByteCount);
            }
        }

        File.WriteAllBytes(path, OnnxMessages.Model(OnnxMessages.Graph(graph, initializers)));
    }

    private static bool IsExternal(OnnxInitializer initializer) => initializer.ByteCount >= ExternalFrom;

    private static byte[] WriteInline(OnnxInitializer initializer, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream((int)initializer.ByteCount);
        initializer.Bytes.WriteTo(bytes, cancellation);
        return OnnxMessages.InlineTensor(initializer, bytes.ToArray());
    }

    private static byte[] WriteExternal(OnnxInitializer initializer, FileStream data, string location, CancellationToken cancellation)
    {
        long offset = (data.Position + Alignment - 1) / Alignment * Alignment;
        data.Write(new byte[offset - data.Position]);
        initializer.Bytes.WriteTo(data, cancellation);
        return OnnxMessages.ExternalTensor(initializer, new OnnxMessages.ExternalData(location, offset, initializer.ByteCount));
    }
}
