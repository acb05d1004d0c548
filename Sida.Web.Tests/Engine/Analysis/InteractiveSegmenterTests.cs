using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;
using Sida.Engine.Vision;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>SAM by clicks, box and mask on the tiny checkpoint: the same numbers as the official predictor's steps give, and what is refused.</summary>
public sealed class InteractiveSegmenterTests(TinyEngines engines) : IClassFixture<TinyEngines>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Wide => Path.Combine(TestFixtures.Bundled, "images", "wide.png");

    [Fact]
    public async Task Points_are_scaled_with_the_picture_and_one_click_gives_the_multiple_masks_best_first()
    {
        AnalysisEngine engine = await EngineAsync();
        SegmentResult result = await engine.SegmentAsync(Prompt() with { Points = [new(40, 30, Include: true)] }, Stop);

        (SamMasks decoded, SamMask frame) = await OfficialStepsAsync(engine, (x, y) => SamPrompts.FromPoints([new(40 * x, 30 * y, SamPointLabel.Include)]));
        int[] order = [.. new[] { 1, 2, 3 }.OrderByDescending(index => decoded.Iou[index])];
        AssertSame(result, decoded, frame, order);
        Assert.Equal(result.Candidates.Select(one => one.Score).OrderDescending(), result.Candidates.Select(one => one.Score));
    }

    [Fact]
    public async Task A_clear_prompt_gives_the_single_mask_first()
    {
        AnalysisEngine engine = await EngineAsync();
        SegmentResult result = await engine.SegmentAsync(
            Prompt() with { Points = [new(40, 30, Include: true), new(8.5f, 4, Include: false)], Box = new PixelRectangle(10, 5, 60, 40) }, Stop);

        (SamMasks decoded, SamMask frame) = await OfficialStepsAsync(engine, (x, y) => SamPrompts.FromPoints(
            [new(40 * x, 30 * y, SamPointLabel.Include), new(8.5f * x, 4 * y, SamPointLabel.Exclude)], (10 * x, 5 * y, 70 * x, 45 * y)));
        AssertSame(result, decoded, frame, [0, .. new[] { 1, 2, 3 }.OrderByDescending(index => decoded.Iou[index]).Take(2)]);
    }

    [Fact]
    public async Task A_mask_to_start_from_goes_in_as_logits_with_the_box_around_it()
    {
        AnalysisEngine engine = await EngineAsync();
        AnalyzedImage image = await engine.PrepareSegmentationAsync(ImageSource.FromFile(Wide), cancellation: Stop);
        BinaryMask mask = PolygonRaster.Fill(image.Width, image.Height, [[new(20, 10), new(60, 10), new(60, 50), new(20, 50)]]);
        SegmentResult result = await engine.SegmentAsync(Prompt() with { Mask = mask }, Stop);

        (SamMasks decoded, SamMask frame) = await OfficialStepsAsync(engine, (x, y) => SamPrompts.FromPoints([], (20 * x, 10 * y, 60 * x, 50 * y)), mask);
        AssertSame(result, decoded, frame, [0, .. new[] { 1, 2, 3 }.OrderByDescending(index => decoded.Iou[index]).Take(2)]);
        (SamMasks without, _) = await OfficialStepsAsync(engine, (x, y) => SamPrompts.FromPoints([], (20 * x, 10 * y, 60 * x, 50 * y)));
        Assert.NotEqual(without.LowResLogits, decoded.LowResLogits);
    }

    [Fact]
    public async Task After_an_analysis_or_a_preparation_the_picture_is_not_opened_again()
    {
        AnalysisEngine engine = await EngineAsync();
        AnalysisResult analysis = await engine.AnalyzeToEndAsync(AnalysisEngineTests.Request("wide.png", PromptPresets.Detect), Stop);
        Assert.NotEmpty(analysis.Masks);
        SegmentPrompt click = new()
        {
            Image = ImageSource.FromFile("/this/file/does/not/exist"),
            Known = analysis.Image,
            Points = [new(40, 30, Include: true)],
        };
        SegmentResult result = await engine.SegmentAsync(click, Stop);
        Assert.Equal(analysis.Image, result.Image);
        Assert.All(result.Candidates, one => Assert.Equal((analysis.Image.Width, analysis.Image.Height), (one.Mask.Width, one.Mask.Height)));
        await Assert.ThrowsAsync<ImageException>(() => engine.SegmentAsync(click with { Known = analysis.Image with { Sha256 = new string('0', 64) } }, Stop));
    }

    [Fact]
    public async Task A_picture_under_a_wrong_name_is_refused_and_not_kept()
    {
        AnalysisEngine engine = await EngineAsync();
        AnalyzedImage wrong = new(new string('1', 64), 10, 10);
        await Assert.ThrowsAsync<RequestException>(() => engine.PrepareSegmentationAsync(ImageSource.FromFile(Wide), wrong, Stop));
        await Assert.ThrowsAsync<RequestException>(() => engine.PrepareSegmentationAsync(ImageSource.FromFile(Wide), wrong, Stop));
    }

    public static TheoryData<string> BadPrompts => ["nothing", "only exclude", "65 points", "point outside", "point nowhere", "box outside", "flat box", "huge box", "empty mask", "other size"];

    [Theory]
    [MemberData(nameof(BadPrompts))]
    public async Task A_prompt_that_means_nothing_is_refused_with_a_remedy(string kind)
    {
        AnalysisEngine engine = await EngineAsync();
        SegmentPrompt click = Prompt() with { Points = [new(1, 1, Include: true)] };
        SegmentPrompt bad = kind switch
        {
            "nothing" => Prompt(),
            "only exclude" => Prompt() with { Points = [new(1, 1, Include: false)] },
            "65 points" => Prompt() with { Points = [.. Enumerable.Repeat(new SegmentPoint(1, 1, Include: true), 65)] },
            "point outside" => Prompt() with { Points = [new(1, 100_000, Include: true)] },
            "point nowhere" => Prompt() with { Points = [new(float.NaN, 1, Include: true)] },
            "box outside" => click with { Box = new PixelRectangle(-1, 0, 5, 5) },
            "flat box" => click with { Box = new PixelRectangle(1, 1, 0, 5) },
            "huge box" => click with { Box = new PixelRectangle(1, 1, int.MaxValue, 5) },
            "empty mask" => Prompt() with { Mask = new BinaryMask(3, 3, new byte[9]) },
            "other size" => click with { Mask = new BinaryMask(1, 1, [1]) },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        RequestException error = await Assert.ThrowsAsync<RequestException>(() => engine.SegmentAsync(bad, Stop));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_cancelled_click_ends()
    {
        AnalysisEngine engine = await EngineAsync();
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.SegmentAsync(Prompt() with { Points = [new(1, 1, Include: true)] }, stop.Token));
    }

    private static SegmentPrompt Prompt() => new() { Image = ImageSource.FromFile(Wide) };

    private Task<AnalysisEngine> EngineAsync() => engines.GetAsync(ModelFamily.Sida);

    /// <summary>Equal but for the rounding of sums whose order depends on the number of threads.</summary>
    private static void AssertSame(SegmentResult result, SamMasks decoded, SamMask frame, int[] order)
    {
        Assert.Equal(order.Length, result.Candidates.Count);
        for (int i = 0; i < order.Length; i++)
        {
            Assert.Equal(decoded.Iou[order[i]], result.Candidates[i].Score, 1e-3f);
            byte[] expected = frame.ToMask(new MaskLogits(decoded.Side, decoded.Side, decoded.Logits(0, order[i]).ToArray())).Values;
            int different = expected.Zip(result.Candidates[i].Mask.Values).Count(pair => pair.First != pair.Second);
            Assert.InRange(different, 0, expected.Length / 1000);
        }
    }

    /// <summary>What SamPredictor does, step by step: set_image, then predict_torch with coordinates scaled by the sizes after and before.</summary>
    private static async Task<(SamMasks Decoded, SamMask Frame)> OfficialStepsAsync(AnalysisEngine engine, Func<float, float, SamPrompts> prompts, BinaryMask? mask = null)
    {
        VisionDevice cpu = VisionDevice.Choose(DeviceOption.Cpu);
        int threads = Environment.ProcessorCount;
        using SamEncoder encoder = SamEncoder.Open(engine.Package.FilePath(ModelPackage.SamEncoderFile), cpu, threads);
        using SamDecoder decoder = SamDecoder.Open(engine.Package.FilePath(ModelPackage.SamDecoderFile), cpu, threads);
        SamPreprocessor pixels = new(PixelSettings.Of(engine.Package.Manifest.Preprocessing.Sam));
        RgbImage picture = ImageDecoder.DecodeFile(Wide, cancellationToken: Stop).Image;
        (int width, int height) = pixels.ContentSize(picture.Width, picture.Height);
        SamMask frame = new(encoder.ImageSize, (width, height), (picture.Width, picture.Height));
        float[] embedding = await encoder.RunAsync(pixels.ToTensor(picture), Stop);
        SamPrompts prompt = prompts((float)((double)width / picture.Width), (float)((double)height / picture.Height));
        float[]? logits = mask is null ? null : SamMaskPrompt.ToLogits(mask, frame, decoder.MaskSide);
        return (await decoder.RunAsync(embedding, prompt with { MaskLogits = logits }, Stop), frame);
    }
}
