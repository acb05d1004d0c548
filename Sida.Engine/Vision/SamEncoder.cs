namespace Sida.Engine.Vision;

/// <summary>SAM's image encoder (<c>sam-encoder.onnx</c>).</summary>
internal sealed class SamEncoder : IDisposable
{
    private readonly OnnxSession _session;

    private SamEncoder(OnnxSession session)
    {
        _session = session;
        ImageSize = session.InputSide("pixel_values", 4, 3);
        EmbeddingWidth = session.OutputSide("image_embedding", 4, 1);
        Grid = session.OutputSide("image_embedding", 4, 2);
    }

    /// <summary>S: side of the padded picture in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>E: channels of the embedding.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>g: side of the embedding.</summary>
    public int Grid { get; }

    /// <inheritdoc cref="OnnxSession.Open{T}"/>
    public static SamEncoder Open(string path, VisionDevice device, int threads) =>
        OnnxSession.Open(path, device, threads, session => new SamEncoder(session));

    /// <summary>Looks at one picture.</summary>
    /// <param name="pixels">Shape (3, S, S), as SAM's preprocessor makes it.</param>
    /// <param name="cancellation">Ends the run within one operator.</param>
    /// <returns>Shape (E, g, g).</returns>
    /// <exception cref="NativeRuntimeException">The run failed.</exception>
    public async Task<float[]> RunAsync(float[] pixels, CancellationToken cancellation)
    {
        float[][] outputs = await _session.RunAsync(
            [new OnnxTensor("pixel_values", pixels, 1, 3, ImageSize, ImageSize)], ["image_embedding"], cancellation);
        return outputs[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
