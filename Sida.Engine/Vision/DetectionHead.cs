namespace Sida.Engine.Vision;

/// <summary>SIDA's detection head (<c>detect.onnx</c>): class logits from the hidden states that predict [CLS].</summary>
internal sealed class DetectionHead : IDisposable
{
    /// <summary>Real, fully synthetic, tampered.</summary>
    public const int Classes = 3;

    private readonly OnnxSession _session;

    private DetectionHead(OnnxSession session)
    {
        _session = session;
        HiddenSize = session.InputSide("hidden", 2, 1);
    }

    /// <summary>H: width of a hidden state.</summary>
    public int HiddenSize { get; }

    /// <inheritdoc cref="OnnxSession.Open{T}"/>
    public static DetectionHead Open(string path, VisionDevice device, int threads) =>
        OnnxSession.Open(path, device, threads, session => new DetectionHead(session));

    /// <summary>Classifies n states.</summary>
    /// <param name="hidden">Shape (n, H), n at least 1.</param>
    /// <param name="cancellation">Ends the run within one operator.</param>
    /// <returns>Shape (n, 3).</returns>
    /// <exception cref="NativeRuntimeException">The run failed.</exception>
    public async Task<float[]> RunAsync(float[] hidden, CancellationToken cancellation)
    {
        float[][] outputs = await _session.RunAsync(
            [new OnnxTensor("hidden", hidden, hidden.Length / HiddenSize, HiddenSize)], ["class_logits"], cancellation);
        return outputs[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
