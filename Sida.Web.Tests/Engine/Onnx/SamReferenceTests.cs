using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Import.Onnx.Parts;
using Sida.Engine.Vision;
using Sida.Web.Tests.Engine.Import;
using Sida.Web.Tests.Engine.Vision;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>
/// SAM's graphs against an independent implementation in double precision, for what no golden covers: sizes whose windows don't fit,
/// interpolated positions, points, boxes, masks and multiple masks.
/// </summary>
public sealed class SamReferenceTests : IDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, int, int, int, long[]> EncoderSizes() => new()
    {
        // grid, patch, width, head width, table lengths
        { 5, 4, 8, 4, [27, 9] },        // smaller than a window: all padding
        { 14, 4, 12, 4, [27, 27] },     // exactly a window: windowed and global are the same
        { 17, 4, 8, 4, [27, 33, 27] },  // windows don't divide the grid
        { 20, 2, 8, 8, [27, 25] },      // a global table of another size: interpolated up
        { 9, 2, 8, 2, [27, 63] },       // and down
        { 32, 16, 8, 4, [27, 63] },     // the 512-pixel frame
    };

    [Theory]
    [MemberData(nameof(EncoderSizes))]
    public async Task An_encoder_of_any_size_equals_the_reference(int grid, int patch, int width, int headWidth, long[] tableLengths)
    {
        RandomTensors weights = RandomSam.Encoder(grid, grid, patch, width, headWidth, embedding: 6, tableLengths);
        float[] pixels = RandomTensors.Numbers(1, 3 * grid * patch * grid * patch, factor: 2);
        using SamEncoder encoder = SamEncoder.Open(Write(SamImageEncoderGraph.Open(weights).Build(VisionPrecision.F32)), Cpu(), 2);

        float[] actual = await encoder.RunAsync(pixels, Cancellation);

        Assert.Equal((grid * patch, 6, grid), (encoder.ImageSize, encoder.EmbeddingWidth, encoder.Grid));
        float[] expected = new SamEncoderReference(weights, RandomSam.EncoderPrefix, grid, patch, width / headWidth, tableLengths).Run(pixels);
        Closeness.AssertRelative("image_embedding", expected, actual, tolerance: 2e-5);
    }

    public static TheoryData<string> PromptKinds() => new("text", "two texts", "points", "box", "points and box", "mask", "everything");

    [Theory]
    [MemberData(nameof(PromptKinds))]
    public async Task A_decoder_of_any_width_equals_the_reference_for_every_kind_of_prompt(string kind)
    {
        const int Grid = 5, Width = 32, MaskTokens = 4;
        RandomTensors weights = RandomSam.Encoder(7, Grid, 4, 8, 4, embedding: Width, 27);
        SamImageEncoderGraph encoder = SamImageEncoderGraph.Open(weights);
        var shape = new SamDecoderShape(Grid, encoder.ImageSize, Width, Layers: 2, MlpWidth: 24, AttentionWidth: 16, MaskTokens, QualityWidth: 20);
        RandomSam.AddDecoder(weights, shape);
        float[] embedding = RandomTensors.Numbers(2, Width * Grid * Grid, factor: 2);
        SamPrompts prompts = Prompts(kind, Width, 4 * Grid);
        using SamDecoder decoder = SamDecoder.Open(Write(SamMaskDecoderGraph.Open(weights, encoder).Build(VisionPrecision.F32)), Cpu(), 2);

        SamMasks masks = await decoder.RunAsync(embedding, prompts, Cancellation);

        Assert.Equal((prompts.Count, MaskTokens, 4 * Grid), (masks.Count, masks.MasksPerPrompt, masks.Side));
        var reference = new SamDecoderReference(weights, RandomSam.Prefix, Grid, encoder.ImageSize, Width, shape.Layers, MaskTokens);
        (float[] Logits, float[] Iou)[] expected = [.. Enumerable.Range(0, prompts.Count).Select(i => reference.Run(
            embedding,
            [.. Part(prompts.TextEmbeddings, i, prompts.Count).Chunk(Width).Select(row => row.Select(value => (double)value).ToArray())],
            Part(prompts.Points, i, prompts.Count),
            prompts.MaskLogits is { } mask ? Part(mask, i, prompts.Count) : null))];
        Closeness.AssertRelative("low_res_logits", [.. expected.SelectMany(one => one.Logits)], masks.LowResLogits, tolerance: 2e-5);
        Closeness.AssertRelative("iou", [.. expected.SelectMany(one => one.Iou)], masks.Iou, tolerance: 2e-5);
    }

    public void Dispose() => _folder.Dispose();

    private static SamPrompts Prompts(string kind, int width, int maskSide)
    {
        SamPoint[] points = [new(3.25f, 17, SamPointLabel.Include), new(0, 0, SamPointLabel.Exclude)];
        float[] mask = RandomTensors.Numbers(3, maskSide * maskSide, factor: 5);
        return kind switch
        {
            "text" => SamPrompts.FromText(RandomTensors.Numbers(4, width), width),
            "two texts" => SamPrompts.FromText(RandomTensors.Numbers(5, 2 * width), width),
            "points" => SamPrompts.FromPoints(points),
            "box" => SamPrompts.FromPoints([], (2, 3, 15.5f, 19)),
            "points and box" => SamPrompts.FromPoints(points, (2, 3, 15.5f, 19)),
            "mask" => SamPrompts.FromPoints(points) with { MaskLogits = mask },
            "everything" => new SamPrompts
            {
                Count = 2,
                TextEmbeddings = RandomTensors.Numbers(6, 2 * 3 * width),
                Points = [.. points, new(19, 1, SamPointLabel.Include), new(5, 5, SamPointLabel.None)],
                MaskLogits = [.. mask, .. mask.Reverse()],
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    /// <summary>What belongs to one of several prompts.</summary>
    private static T[] Part<T>(IReadOnlyList<T> all, int index, int count) => [.. all.Skip(all.Count / count * index).Take(all.Count / count)];

    private static VisionDevice Cpu() => VisionDevice.Choose(DeviceOption.Cpu);

    private string Write(OnnxGraph graph)
    {
        string path = _folder.File(graph.Name + ".onnx");
        OnnxFile.Write(graph, path, null, Cancellation);
        return path;
    }
}
