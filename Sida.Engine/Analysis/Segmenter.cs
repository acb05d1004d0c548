using Sida.Engine.Imaging;
using Sida.Engine.Vision;

namespace Sida.Engine.Analysis;

/// <summary>SAM and the fusion before it: from a picture and hidden states to masks. Thread-safe.</summary>
internal sealed class Segmenter(Fusion fusion, SamEncoder encoder, SamDecoder decoder, SamPreprocessor pixels, EmbeddingCache cache) : IDisposable
{
    /// <summary>The picture's SAM embedding (256, g, g); cached unless tensors are written.</summary>
    public async Task<float[]> EmbedAsync(DecodedImage picture, ITensorSink? tensors, CancellationToken cancellation)
    {
        if (tensors is not null)
        {
            return await ComputeAsync(picture.Image, tensors, cancellation);
        }

        return await EmbedAsync(picture.Sha256, _ => Task.FromResult(picture.Image), cancellation);
    }

    /// <summary>The same by the picture's name; it is only opened when its embedding isn't cached.</summary>
    public async Task<float[]> EmbedAsync(string sha256, Func<CancellationToken, Task<RgbImage>> open, CancellationToken cancellation)
    {
        float[][] cached = await cache.GetAsync("sam:" + sha256, async stop => [await ComputeAsync(await open(stop), null, stop)], cancellation);
        return cached[0];
    }

    /// <summary>How a picture of this size lies in the encoder's frame.</summary>
    /// <exception cref="ImageException">The picture is too narrow.</exception>
    public SamMask Frame(int width, int height) => new(encoder.ImageSize, pixels.ContentSize(width, height), (width, height));

    /// <summary>4g, side of a low-resolution mask.</summary>
    public int MaskSide => decoder.MaskSide;

    /// <inheritdoc cref="SamDecoder.RunAsync"/>
    public Task<SamMasks> DecodeAsync(float[] embedding, SamPrompts prompts, CancellationToken cancellation) => decoder.RunAsync(embedding, prompts, cancellation);

    /// <summary>Fusion, mask decoding with mask token 0, and SAM's post-processing to the picture's size.</summary>
    /// <param name="picture">For its size.</param>
    /// <param name="embedding">(256, g, g).</param>
    /// <param name="firstClassLogits">(3): of the first [CLS] of the sequence; the query of the fusion, as in SIDA.py.</param>
    /// <param name="segHidden">(n, H): the states that predict each [SEG].</param>
    /// <param name="tensors">Receives intermediate tensors, or null.</param>
    /// <param name="cancellation">Stops between and within the networks.</param>
    public async Task<BinaryMask[]> DecodeMasksAsync(
        RgbImage picture, float[] embedding, float[] firstClassLogits, float[][] segHidden, ITensorSink? tensors, CancellationToken cancellation)
    {
        int count = segHidden.Length;
        int width = fusion.PromptWidth;
        FusedPrompts fused = await fusion.RunAsync(firstClassLogits, [.. segHidden.SelectMany(state => state)], cancellation);
        tensors?.Write(TensorNames.SegEmbeddings, [count, width], fused.SegEmbeddings);
        tensors?.Write(TensorNames.ClsProjected, [1, width], fused.Query);
        tensors?.Write(TensorNames.AttentionOutput, [1, width], fused.AttentionOutput);
        tensors?.Write(TensorNames.FusedSegEmbeddings, [count, width], fused.PromptEmbeddings);

        SamMask frame = Frame(picture.Width, picture.Height);
        List<BinaryMask> masks = [];
        List<MaskLogits> lowResolution = [];
        List<float> iou = [];
        foreach (float[] prompts in fused.PromptEmbeddings.Chunk(SamDecoder.MostPrompts * width))
        {
            SamMasks decoded = await decoder.RunAsync(embedding, SamPrompts.FromText(prompts, width), cancellation);
            for (int index = 0; index < decoded.Count; index++)
            {
                MaskLogits logits = new(decoded.Side, decoded.Side, decoded.Logits(index, mask: 0).ToArray());
                lowResolution.Add(logits);
                iou.Add(decoded.Iou[index * decoded.MasksPerPrompt]);
                masks.Add(await Task.Run(() => frame.ToMask(logits), cancellation));
            }
        }

        WriteTensors(tensors, frame, lowResolution, [.. iou]);
        return [.. masks];
    }

    public void Dispose()
    {
        fusion.Dispose();
        encoder.Dispose();
        decoder.Dispose();
    }

    private async Task<float[]> ComputeAsync(RgbImage picture, ITensorSink? tensors, CancellationToken cancellation)
    {
        float[] input = await Task.Run(() => pixels.ToTensor(picture), cancellation);
        tensors?.Write(TensorNames.SamPixels, [3, encoder.ImageSize, encoder.ImageSize], input);
        float[] embedding = await encoder.RunAsync(input, cancellation);
        tensors?.Write(TensorNames.SamEmbedding, [encoder.EmbeddingWidth, encoder.Grid, encoder.Grid], embedding);
        return embedding;
    }

    private void WriteTensors(ITensorSink? tensors, SamMask frame, List<MaskLogits> lowResolution, float[] iou)
    {
        if (tensors is null)
        {
            return;
        }

        int count = lowResolution.Count;
        tensors.Write(TensorNames.IouPrediction, [count, 1], iou);
        tensors.Write(TensorNames.LowResolutionLogits, [count, decoder.MaskSide, decoder.MaskSide], [.. lowResolution.SelectMany(map => map.Values)]);
        tensors.Write(TensorNames.FinalLogits, [count, frame.Picture.Height, frame.Picture.Width], [.. lowResolution.SelectMany(map => frame.ToLogits(map).Values)]);
    }
}
