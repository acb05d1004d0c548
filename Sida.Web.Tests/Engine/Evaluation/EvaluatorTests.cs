using System.Text.Json.Nodes;
using Sida.Engine.Analysis;
using Sida.Engine.Evaluation;
using Sida.Engine.Imaging;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Analysis;
using Sida.Web.Tests.Engine.Import;
using Verdict = Sida.Engine.Verdict;

namespace Sida.Web.Tests.Engine.Evaluation;

/// <summary>A whole evaluation of the tiny checkpoint, against single analyses of the same pictures.</summary>
public sealed class EvaluatorTests(TinyEngines engines) : IClassFixture<TinyEngines>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_picture_is_judged_as_a_single_analysis_judges_it()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        SidSet set = Set();
        List<EvaluationProgress> progress = [];
        EvaluationReport report = await Evaluator.RunAsync(engine, set, Options(EvaluationProtocol.Generated), new Collect(progress), Stop);

        Assert.Equal([1, 2, 3], progress.Select(step => step.Done).Order());
        AnalysisResult single = await engine.AnalyzeToEndAsync(
            new AnalysisRequest { Image = ImageSource.FromFile(set.Samples[1].Image), Prompt = PromptPresets.Detect }, Stop);
        PictureOutcome tampered = report.Pictures.Single(picture => picture.Label == Verdict.Tampered);
        Assert.Equal(single.Verdict, tampered.Verdict);
        // Pictures that are in work together share batches, whose sums differ in the last digits.
        Assert.Equal(single.Probabilities!.Real, tampered.Probabilities[0], 1e-4f);
        Assert.Equal(single.Probabilities.FullSynthetic, tampered.Probabilities[1], 1e-4f);
        Assert.Equal(single.Probabilities.Tampered, tampered.Probabilities[2], 1e-4f);
        byte[] either = [.. single.Masks[0].Values.Zip(single.Masks[1].Values, (a, b) => (byte)(a | b))];
        Assert.Equal(MaskCounts.Of(either, LeftHalf(single.Image.Width, single.Image.Height)), tampered.Mask);
        Assert.InRange(tampered.PixelAuc!.Value, 0, 1);
        Assert.Equal("tampered/damaged.png", Assert.Single(report.Failures).File);
        Assert.Equal(report.Pictures.Count(picture => picture.Verdict == picture.Label) / 2.0, report.Verdicts.Accuracy!.Value);
    }

    [Fact]
    public async Task The_papers_protocol_takes_the_mask_of_the_true_answer_whatever_the_verdict()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        EvaluationReport report = await Evaluator.RunAsync(engine, Set(), Options(EvaluationProtocol.TeacherForced), null, Stop);
        EvaluationReport free = await Evaluator.RunAsync(engine, Set(), Options(EvaluationProtocol.Generated), null, Stop);
        // The verdict is read before the true answer, so the protocols agree on it.
        Assert.Equal(free.Pictures.Select(picture => picture.Verdict), report.Pictures.Select(picture => picture.Verdict));
        Assert.True(report.Pictures.Single(picture => picture.Label == Verdict.Tampered).Mask!.Value.Predicted > 0);
    }

    [Fact]
    public async Task A_mask_is_decoded_without_a_tampered_verdict_only_when_asked_for()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        List<AnalysisResult> results = [];
        foreach (bool always in (bool[])[false, true])
        {
            foreach (string picture in (string[])["wide.png", "tall.png", "tiny.png"])
            {
                results.Add(await engine.AnalyzeToEndAsync(
                    new AnalysisRequest { Image = Picture(picture), Prompt = PromptPresets.Detect, Answer = "[CLS] The image is tampered [SEG]", LocateAlways = always }, Stop));
            }
        }

        Assert.All(results.Take(3), result => Assert.Equal(result.Verdict == Verdict.Tampered, result.MaskProduced));
        Assert.All(results.Skip(3), result => Assert.True(result.MaskProduced));
    }

    [Fact]
    public async Task Reports_are_json_and_figures_are_recorded_in_manifest_and_card()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        EvaluationReport report = await Evaluator.RunAsync(engine, Set(), Options(EvaluationProtocol.Generated), null, Stop);
        JsonNode json = JsonNode.Parse(EvaluationJson.Write(report))!;
        Assert.Equal("generated", (string?)json["protocol"]);
        Assert.Equal(2, json["pictures"]!.AsArray().Count);

        string package = _folder.File("package");
        ModelPackage before = await TinyEngines.ImportAsync(package, ModelFamily.Sida);
        string card = Path.Combine(package, ModelCard.FileName);
        File.WriteAllText(card, $"# Words\n{ModelCard.Begin}\nold\n{ModelCard.End}\nMore words.\n");
        await MeasuredQuality.Of(report).RecordAsync(package, Stop);
        await MeasuredQuality.Of(report).RecordAsync(package, Stop);

        ModelPackage after = await ModelPackage.OpenAsync(package, Stop);
        Assert.NotEqual(before.Hash, after.Hash);
        Assert.Equal(report.Verdicts.Accuracy, MeasuredQuality.Read(after.Manifest)!.Verdicts.Accuracy);
        Assert.Equal(report.Masks!.MeanIou, MeasuredQuality.Read(after.Manifest)!.Masks!.MeanIou);
        string text = File.ReadAllText(card);
        Assert.StartsWith("# Words\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nMore words.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("Measured on 2 pictures").Length);
    }

    [Fact]
    public async Task A_limit_takes_pictures_from_all_over_each_class()
    {
        for (int i = 0; i < 10; i++)
        {
            Copy("tiny.png", $"test/real/{i}.png");
        }

        Copy("tiny.png", "test/full_synthetic/only.png");
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        EvaluationReport report = await Evaluator.RunAsync(
            engine, SidSet.Read(_folder.Path, "test"), Options(EvaluationProtocol.Generated) with { LimitPerClass = 2 }, null, Stop);
        Assert.Equal(["real/0.png", "real/5.png", "full_synthetic/only.png"], report.Pictures.Select(picture => picture.File));
        Assert.Null(report.Masks);
    }

    public void Dispose() => _folder.Dispose();

    private static EvaluationOptions Options(EvaluationProtocol protocol) => new() { Protocol = protocol, Prompt = PromptPresets.Detect };

    private static ImageSource Picture(string name) => ImageSource.FromFile(TestFixtures.Find("images", name));

    /// <summary>A real picture, a tampered one whose left half is marked, and a tampered one that is no picture.</summary>
    private SidSet Set()
    {
        Copy("tiny.png", "test/real/a.png");
        Copy("wide.png", "test/tampered/b.png");
        Directory.CreateDirectory(_folder.File("test/masks"));
        _folder.Write("test/masks/b_mask.png", ImageEncoder.EncodePng(LeftHalf(500, 150)));
        _folder.Write("test/tampered/damaged.png", "no picture");
        _folder.Write("test/masks/damaged_mask.png", "no picture");
        return SidSet.Read(_folder.Path, "test");
    }

    private static BinaryMask LeftHalf(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => i % width < width / 2 ? (byte)1 : (byte)0)]);

    private void Copy(string picture, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(to))!);
        File.Copy(TestFixtures.Find("images", picture), _folder.File(to), overwrite: true);
    }

    private sealed class Collect(List<EvaluationProgress> steps) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            lock (steps)
            {
                steps.Add(value);
            }
        }
    }
}
