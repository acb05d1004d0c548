using Sida.Engine.Imaging;
using Sida.Engine.Vision;

namespace Sida.Engine.Analysis;

/// <summary>
/// SAM asked by a person: points, a box, a mask to start from. Needs no question and no language model; the picture's embedding is the
/// one that an analysis left in the cache, or is computed once. Thread-safe.
/// </summary>
internal sealed class InteractiveSegmenter(Lazy<Task<Segmenter>> segmenter, Func<ImageSource, CancellationToken, DecodedImage> decode)
{
    /// <summary>Suggestions that are worth showing.</summary>
    private const int MostCandidates = 3;

    /// <summary>Computes the picture's embedding, so that the first click is answered at once.</summary>
    public async Task<AnalyzedImage> PrepareAsync(ImageSource source, AnalyzedImage? known, CancellationToken cancellation) =>
        (await EmbedAsync(source, known, cancellation)).Image;

    /// <inheritdoc cref="AnalysisEngine.SegmentAsync"/>
    public async Task<SegmentResult> SegmentAsync(SegmentPrompt prompt, CancellationToken cancellation)
    {
        SegmentPromptCheck.CheckShape(prompt);
        (AnalyzedImage image, float[] embedding) = await EmbedAsync(prompt.Image, prompt.Known, cancellation);
        SegmentPromptCheck.CheckPlaces(prompt, image);
        Segmenter sam = await segmenter.Value.WaitAsync(cancellation);
        SamMask frame = sam.Frame(image.Width, image.Height);
        SamPrompts prompts = await Task.Run(() => InFrame(prompt, frame, sam.MaskSide), cancellation);
        SamMasks decoded = await sam.DecodeAsync(embedding, prompts, cancellation);
        List<SegmentCandidate> candidates = [];
        foreach (int mask in Ranked(decoded.Iou, IsAmbiguous(prompt)).Take(MostCandidates))
        {
            MaskLogits logits = new(decoded.Side, decoded.Side, decoded.Logits(0, mask).ToArray());
            candidates.Add(new SegmentCandidate(await Task.Run(() => frame.ToMask(logits), cancellation), decoded.Iou[mask]));
        }

        return new SegmentResult(image, candidates);
    }

    private async Task<(AnalyzedImage Image, float[] Embedding)> EmbedAsync(ImageSource source, AnalyzedImage? known, CancellationToken cancellation)
    {
        Segmenter sam = await segmenter.Value.WaitAsync(cancellation);
        if (known is not null)
        {
            return (known, await sam.EmbedAsync(known.Sha256, async stop => Checked(known, await OpenAsync(source, stop)), cancellation));
        }

        DecodedImage picture = await OpenAsync(source, cancellation);
        float[] embedding = await sam.EmbedAsync(picture.Sha256, _ => Task.FromResult(picture.Image), cancellation);
        return (new AnalyzedImage(picture.Sha256, picture.Image.Width, picture.Image.Height), embedding);
    }

    private Task<DecodedImage> OpenAsync(ImageSource source, CancellationToken cancellation) => Task.Run(() => decode(source, cancellation), cancellation);

    /// <summary>The cache is shared: what is kept under a picture's name must be that picture's.</summary>
    private static RgbImage Checked(AnalyzedImage known, DecodedImage picture) =>
        known == new AnalyzedImage(picture.Sha256, picture.Image.Width, picture.Image.Height)
            ? picture.Image
            : throw new RequestException("The picture is not the one that its name and size say; load it again.");

    /// <summary>
    /// The prompt in SAM's own coordinates: scaled with the picture, as in the official SamPredictor. A mask alone gets the box around it too:
    /// SAM learnt on masks that came with points or a box.
    /// </summary>
    private static SamPrompts InFrame(SegmentPrompt prompt, SamMask frame, int maskSide)
    {
        (double scaleX, double scaleY) = ((double)frame.Content.Width / frame.Picture.Width, (double)frame.Content.Height / frame.Picture.Height);
        SamPoint[] points = [.. prompt.Points.Select(point => new SamPoint(
            (float)(point.X * scaleX), (float)(point.Y * scaleY), point.Include ? SamPointLabel.Include : SamPointLabel.Exclude))];
        PixelRectangle? around = prompt.Box ?? (points.Length == 0 ? prompt.Mask?.FindBounds() : null);
        (float, float, float, float)? box = around is { } b
            ? ((float)(b.X * scaleX), (float)(b.Y * scaleY), (float)((b.X + b.Width) * scaleX), (float)((b.Y + b.Height) * scaleY))
            : null;
        float[]? logits = prompt.Mask is null ? null : SamMaskPrompt.ToLogits(prompt.Mask, frame, maskSide);
        return SamPrompts.FromPoints(points, box) with { MaskLogits = logits };
    }

    /// <summary>One click may mean a thing, its part or the whole that it belongs to.</summary>
    private static bool IsAmbiguous(SegmentPrompt prompt) => prompt is { Points.Count: 1, Box: null, Mask: null };

    /// <summary>
    /// Indexes of the masks, best first. As the official ONNX export chooses (utils/onnx.py, select_masks): the single mask, index 0, when
    /// the prompt is clear, never when it is one point; the multiple masks by the IoU that SAM expects of them.
    /// </summary>
    private static IEnumerable<int> Ranked(float[] iou, bool isAmbiguous)
    {
        IEnumerable<int> multiple = Enumerable.Range(1, iou.Length - 1).OrderByDescending(index => iou[index]);
        return isAmbiguous ? multiple : multiple.Prepend(0);
    }
}
