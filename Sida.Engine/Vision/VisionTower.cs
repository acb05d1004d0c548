namespace Sida.Engine.Vision;

/// <summary>What the vision tower says of a picture.</summary>
/// <param name="Features">Shape (N, C): the tower's selected hidden state, one row a patch.</param>
/// <param name="Embeddings">Shape (N, H): the same in the language model's space.</param>
internal sealed record ImageFeatures(float[] Features, float[] Embeddings);

/// <summary>CLIP's vision tower and the projection into the language model (<c>vision.onnx</c>).</summary>
internal sealed class VisionTower : IDisposable
{
    private readonly OnnxSession _session;

    private VisionTower(OnnxSession session)
    {
        _session = session;
        ImageSize = session.InputSide("pixel_values", 4, 3);
        Patches = session.OutputSide("image_embeddings", 3, 1);
        HiddenSize = session.OutputSide("image_embeddings", 3, 2);
    }

    /// <summary>S: side of the picture in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>N: rows of the features.</summary>
    public int Patches { get; }

    /// <summary>H: columns of the embeddings.</summary>
    public int HiddenSize { get; }

    /// <inheritdoc cref="OnnxSession.Open{T}"/>
    public static VisionTower Open(string path, VisionDevice device, int threads) =>
        OnnxSession.Open(path, device, threads, session => new VisionTower(session));

    /// <summary>Looks at one picture.</summary>
    /// <param name="pixels">Shape (3, S, S), as CLIP's preprocessor makes it.</param>
    /// <param name="cancellation">Ends the run within one operator.</param>
    /// <exception cref="NativeRuntimeException">The run failed.</exception>
    public async Task<ImageFeatures> RunAsync(float[] pixels, CancellationToken cancellation)
    {
        float[][] outputs = await _session.RunAsync(
            [new OnnxTensor("pixel_values", pixels, 1, 3, ImageSize, ImageSize)], ["image_features", "image_embeddings"], cancellation);
        return new ImageFeatures(outputs[0], outputs[1]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
