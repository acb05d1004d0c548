namespace Sida.Engine.Vision;

/// <summary>Masks of n prompts, m for each: index 0 is SAM's single mask (the one that SIDA uses), the others its multiple masks.</summary>
/// <param name="LowResLogits">Shape (n, m, 4g, 4g): mask logits of the padded picture; above 0 is foreground.</param>
/// <param name="Iou">Shape (n, m): how well SAM expects each mask to fit.</param>
/// <param name="Count">n.</param>
/// <param name="MasksPerPrompt">m.</param>
/// <param name="Side">4g.</param>
internal sealed record SamMasks(float[] LowResLogits, float[] Iou, int Count, int MasksPerPrompt, int Side)
{
    /// <summary>The logits of one mask, shape (4g, 4g).</summary>
    public ReadOnlyMemory<float> Logits(int prompt, int mask) =>
        LowResLogits.AsMemory(((prompt * MasksPerPrompt) + mask) * Side * Side, Side * Side);
}

/// <summary>SAM's prompt encoder and mask decoder (<c>sam-decoder.onnx</c>).</summary>
internal sealed class SamDecoder : IDisposable
{
    /// <summary>The most prompts in one call: together they need about 300 MB while it runs at the official size.</summary>
    public const int MostPrompts = 8;

    private readonly OnnxSession _session;

    private SamDecoder(OnnxSession session)
    {
        _session = session;
        Width = session.InputSide("image_embedding", 4, 1);
        Grid = session.InputSide("image_embedding", 4, 2);
        MasksPerPrompt = session.OutputSide("low_res_logits", 4, 1);
        MaskSide = session.OutputSide("low_res_logits", 4, 2);
    }

    /// <summary>E: width of the image embedding and of a text embedding.</summary>
    public int Width { get; }

    /// <summary>g: side of the image embedding.</summary>
    public int Grid { get; }

    /// <summary>m: masks for each prompt.</summary>
    public int MasksPerPrompt { get; }

    /// <summary>4g: side of a low-resolution mask.</summary>
    public int MaskSide { get; }

    /// <inheritdoc cref="OnnxSession.Open{T}"/>
    public static SamDecoder Open(string path, VisionDevice device, int threads) =>
        OnnxSession.Open(path, device, threads, session => new SamDecoder(session));

    /// <summary>Decodes masks.</summary>
    /// <param name="imageEmbedding">Shape (E, g, g), from <see cref="SamEncoder"/>.</param>
    /// <param name="prompts">What to look for; no prompts give no masks.</param>
    /// <param name="cancellation">Ends the run within one operator.</param>
    /// <exception cref="ArgumentException">The prompts don't fit together, or there are more than <see cref="MostPrompts"/>.</exception>
    /// <exception cref="NativeRuntimeException">The run failed.</exception>
    public async Task<SamMasks> RunAsync(float[] imageEmbedding, SamPrompts prompts, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prompts.Count, MostPrompts, nameof(prompts));
        if (prompts.Count == 0)
        {
            return new SamMasks([], [], 0, MasksPerPrompt, MaskSide);
        }

        CheckPoints(prompts);
        long n = prompts.Count;
        float[][] outputs = await _session.RunAsync(
            [
                new OnnxTensor("image_embedding", imageEmbedding, 1, Width, Grid, Grid),
                new OnnxTensor("text_embeddings", prompts.TextEmbeddings, n, prompts.TextEmbeddings.Length / n / Width, Width),
                new OnnxTensor("point_coords", [.. prompts.Points.SelectMany(point => new[] { point.X, point.Y })], n, prompts.Points.Count / n, 2),
                new OnnxTensor("point_labels", [.. prompts.Points.Select(point => (int)point.Label)], n, prompts.Points.Count / n),
                new OnnxTensor("mask_input", prompts.MaskLogits ?? new float[n * MaskSide * MaskSide], n, 1, MaskSide, MaskSide),
                new OnnxTensor("has_mask", [prompts.MaskLogits is null ? 0f : 1f], 1),
            ],
            ["low_res_logits", "iou"],
            cancellation);
        return new SamMasks(outputs[0], outputs[1], prompts.Count, MasksPerPrompt, MaskSide);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Checked here because a label is an index in the network.</summary>
    private static void CheckPoints(SamPrompts prompts)
    {
        foreach (SamPoint point in prompts.Points)
        {
            if (!Enum.IsDefined(point.Label) || !float.IsFinite(point.X) || !float.IsFinite(point.Y))
            {
                throw new ArgumentException($"{point} is not a finite point with a label from -1 to 3.", nameof(prompts));
            }
        }
    }
}
