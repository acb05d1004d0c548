namespace Sida.Engine.Vision;

/// <summary>What fusion makes of the [SEG] states, with the values on the way for inspection.</summary>
/// <param name="SegEmbeddings">Shape (n, P): the [SEG] states in the mask decoder's space.</param>
/// <param name="Query">Shape (1, P): the class logits in that space.</param>
/// <param name="AttentionOutput">Shape (1, P): what the query found among the embeddings.</param>
/// <param name="PromptEmbeddings">Shape (n, P): embeddings plus attention output, the mask decoder's prompts.</param>
internal sealed record FusedPrompts(float[] SegEmbeddings, float[] Query, float[] AttentionOutput, float[] PromptEmbeddings);

/// <summary>SIDA's fusion of verdict and region (<c>fuse.onnx</c>).</summary>
internal sealed class Fusion : IDisposable
{
    private readonly OnnxSession _session;

    private Fusion(OnnxSession session)
    {
        _session = session;
        HiddenSize = session.InputSide("hidden", 2, 1);
        PromptWidth = session.OutputSide("prompt_embeddings", 2, 1);
    }

    /// <summary>H: width of a hidden state.</summary>
    public int HiddenSize { get; }

    /// <summary>P: width of a prompt embedding.</summary>
    public int PromptWidth { get; }

    /// <inheritdoc cref="OnnxSession.Open{T}"/>
    public static Fusion Open(string path, VisionDevice device, int threads) =>
        OnnxSession.Open(path, device, threads, session => new Fusion(session));

    /// <summary>Makes the mask decoder's prompts.</summary>
    /// <param name="firstClassLogits">Shape (3): the logits of the FIRST [CLS] of the sequence.</param>
    /// <param name="hidden">Shape (n, H): the states that predict [SEG], in order; n may be 0.</param>
    /// <param name="cancellation">Ends the run within one operator.</param>
    /// <exception cref="NativeRuntimeException">The run failed.</exception>
    public async Task<FusedPrompts> RunAsync(float[] firstClassLogits, float[] hidden, CancellationToken cancellation)
    {
        float[][] outputs = await _session.RunAsync(
            [
                new OnnxTensor("class_logits", firstClassLogits, 1, DetectionHead.Classes),
                new OnnxTensor("hidden", hidden, hidden.Length / HiddenSize, HiddenSize),
            ],
            ["seg_embeddings", "query", "attention_output", "prompt_embeddings"],
            cancellation);
        return new FusedPrompts(outputs[0], outputs[1], outputs[2], outputs[3]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
