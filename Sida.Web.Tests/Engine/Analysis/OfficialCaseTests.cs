using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Engine.Import;
using Sida.Engine.Models;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>From import to mask: every recorded run of the official program, number for number.</summary>
public sealed class OfficialCaseTests(TinyEngines engines, ITestOutputHelper output) : IClassFixture<TinyEngines>
{
    private const float ClassLogitTolerance = 1e-3f;
    private const float RelativeTolerance = 2e-3f;
    private const double PixelTolerance = 1e-3;
    private const float NearZeroLogit = 0.05f;
    private const double CompressedIou = 0.99;

    public static TheoryData<string> Cases => [.. OfficialCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task F32_package_gives_the_official_numbers(string name)
    {
        OfficialCase official = OfficialCase.Load(name);
        TensorTable tensors = new();
        AnalysisResult result = await AnalyzeAsync(official, LanguagePrecision.F32, VisionPrecision.F32, tensors);

        Assert.Equal(official.InputIds, result.PromptTokens);
        Assert.Equal(official.AnswerIds, result.AnswerTokens);
        Assert.Equal(official.RawAnswer, result.RawText);
        Assert.Equal(official.FinalText, result.OfficialText);
        Assert.Equal(official.PredictedClass, (int?)result.Verdict);
        AssertClassLogits(official, result);
        foreach (string tensor in (string[])[TensorNames.ClsHidden, TensorNames.SegHidden, TensorNames.SegEmbeddings, TensorNames.AttentionOutput,
            TensorNames.FusedSegEmbeddings, TensorNames.LowResolutionLogits, TensorNames.IouPrediction])
        {
            AssertClose(name, tensor, official.Tensor(tensor), tensors.Find(tensor));
        }

        AssertClose(name, TensorNames.ClsProjected, FirstRow(official.Tensor("cls_projected")), tensors.Find(TensorNames.ClsProjected));
        AssertClose(name, "low_res_logits_stride4", official.Tensor("low_res_logits_stride4"), Strided(tensors.Find(TensorNames.LowResolutionLogits), 4));
        AssertClose(name, "final_logits_strided", official.Tensor("final_logits_strided"), Strided(tensors.Find(TensorNames.FinalLogits), official.FinalLogitsStride));
        AssertMasks(official, result, tensors);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public Task F16_package_gives_the_same_tokens_verdict_and_masks(string name) => AssertCompressedAsync(name, LanguagePrecision.F16, VisionPrecision.F16);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Q8_package_gives_the_same_tokens_verdict_and_masks(string name) => AssertCompressedAsync(name, LanguagePrecision.Q8, VisionPrecision.F32);

    private async Task AssertCompressedAsync(string name, LanguagePrecision precision, VisionPrecision vision)
    {
        OfficialCase official = OfficialCase.Load(name);
        AnalysisResult result = await AnalyzeAsync(official, precision, vision, null);
        Assert.Equal(official.AnswerIds, result.AnswerTokens);
        Assert.Equal(official.PredictedClass, (int?)result.Verdict);
        BinaryMask[] expected = [.. official.MaskPaths.Select(ReadMask)];
        Assert.Equal(expected.Length, result.Masks.Count);
        for (int index = 0; index < expected.Length; index++)
        {
            double iou = Iou(expected[index], result.Masks[index]);
            output.WriteLine($"mask {index}: IoU {iou:0.00000}");
            Assert.True(iou >= CompressedIou, $"{name}, mask {index}: IoU {iou}");
        }
    }

    private async Task<AnalysisResult> AnalyzeAsync(OfficialCase official, LanguagePrecision precision, VisionPrecision vision, ITensorSink? tensors)
    {
        ModelFamily family = official.IsDescription ? ModelFamily.SidaDescription : ModelFamily.Sida;
        AnalysisEngine engine = await engines.GetAsync(family, official.Conversation, precision, vision);
        AnalysisRequest request = new()
        {
            Image = ImageSource.FromFile(official.ImagePath),
            Prompt = official.UserPrompt,
            TrustPrompt = true,
            Answer = official.TeacherResponse,
            MaxNewTokens = official.MaxNewTokens,
            Tensors = tensors,
        };
        return await engine.AnalyzeToEndAsync(request, TestContext.Current.CancellationToken);
    }

    private static void AssertClassLogits(OfficialCase official, AnalysisResult result)
    {
        float[] expected = official.Tensor("cls_logits_all")?.Values ?? [];
        float[] actual = [.. result.ClassLogits.SelectMany(row => row)];
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= ClassLogitTolerance, $"{pair}"));
    }

    private void AssertClose(string name, string tensor, Npy? expected, Npy? actual)
    {
        if (expected is null || expected.Values.Length == 0)
        {
            return;
        }

        Assert.True(actual is not null, $"{name}: {tensor} was not written.");
        Assert.Equal(expected.Shape, actual.Shape);
        float scale = expected.Values.Max(Math.Abs);
        float largest = expected.Values.Zip(actual.Values, (a, b) => Math.Abs(a - b)).Max();
        output.WriteLine($"{tensor}: {largest / scale:0.0e+0} of {scale:0.###}");
        Assert.True(largest <= RelativeTolerance * scale, $"{name}: {tensor} differs by {largest}, {largest / scale} of its maximum.");
    }

    private static void AssertMasks(OfficialCase official, AnalysisResult result, TensorTable tensors)
    {
        string[] paths = official.MaskPaths;
        Assert.Equal(paths.Length, result.Masks.Count);
        Assert.Equal(paths.Length > 0, result.MaskProduced);
        float[] logits = tensors.Find(TensorNames.FinalLogits)?.Values ?? [];
        for (int index = 0; index < paths.Length; index++)
        {
            byte[] expected = ReadMask(paths[index]).Values;
            byte[] actual = result.Masks[index].Values;
            int[] different = [.. Enumerable.Range(0, expected.Length).Where(pixel => expected[pixel] != actual[pixel])];
            Assert.True(different.Length <= PixelTolerance * expected.Length, $"{different.Length} pixels of mask {index} differ.");
            Assert.All(different, pixel => Assert.True(Math.Abs(logits[(index * expected.Length) + pixel]) <= NearZeroLogit));
        }
    }

    private static Npy? FirstRow(Npy? tensor) => tensor is null || tensor.Values.Length == 0 ? null : new Npy([1, tensor.Shape[1]], tensor.Values[..tensor.Shape[1]]);

    /// <summary>[:, ::step, ::step] of (n, height, width).</summary>
    private static Npy? Strided(Npy? tensor, int step)
    {
        if (tensor is null)
        {
            return null;
        }

        (int count, int height, int width) = (tensor.Shape[0], tensor.Shape[1], tensor.Shape[2]);
        IEnumerable<float> values =
            from index in Enumerable.Range(0, count)
            from y in Enumerable.Range(0, (height + step - 1) / step)
            from x in Enumerable.Range(0, (width + step - 1) / step)
            select tensor.Values[(((index * height) + (y * step)) * width) + (x * step)];
        return new Npy([count, (height + step - 1) / step, (width + step - 1) / step], [.. values]);
    }

    private static BinaryMask ReadMask(string path)
    {
        RgbImage image = ImageDecoder.DecodeFile(path, cancellationToken: TestContext.Current.CancellationToken).Image;
        return new BinaryMask(image.Width, image.Height, [.. Enumerable.Range(0, image.Width * image.Height).Select(pixel => image.Pixels[pixel * 3] > 127 ? (byte)1 : (byte)0)]);
    }

    private static double Iou(BinaryMask a, BinaryMask b)
    {
        int both = a.Values.Zip(b.Values).Count(pair => pair is (1, 1));
        int either = a.Values.Zip(b.Values).Count(pair => pair is not (0, 0));
        return either == 0 ? 1 : (double)both / either;
    }
}
