using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;

namespace Sida.Benchmarks;

/// <summary>Whole analyses with nothing cached between them, stage by stage: the counterpart of bench/pytorch_peer.py.</summary>
internal static class StageBenchmark
{
    public static async Task RunAsync(string packageFolder, string image, int repeats, int maxNewTokens, int threads)
    {
        ModelPackage package = await ModelPackage.OpenAsync(packageFolder);
        AnalysisEngineOptions options = new()
        {
            Device = DeviceOption.Cpu,
            Threads = threads,
            MaxConcurrent = 1,
            CachedConversations = 0,
            EmbeddingCacheBytes = 0,
            LoadSegmenterAtStart = true,
        };
        await using AnalysisEngine engine = await AnalysisEngine.LoadAsync(package, options);
        AnalysisRequest request = new() { Image = ImageSource.FromFile(image), Prompt = PromptPresets.Detect, MaxNewTokens = maxNewTokens };
        AnalysisResult result = await engine.AnalyzeToEndAsync(request);
        List<AnalysisTimings> runs = [];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            result = await engine.AnalyzeToEndAsync(request);
            runs.Add(result.Timings);
        }

        Dictionary<string, object?> report = new()
        {
            ["answerTokens"] = result.AnswerTokens,
            ["classLogits"] = result.ClassLogits,
            ["maskPixels"] = result.Masks.Select(mask => mask.ForegroundPixels),
            ["milliseconds"] = new Dictionary<string, double?>
            {
                ["decode"] = Median(runs, run => run.Decode),
                ["clip"] = Median(runs, run => run.Vision),
                ["prefill"] = Median(runs, run => run.Prefill),
                ["to_verdict"] = Median(runs, run => run.Verdict),
                ["decode_tokens"] = Median(runs, run => run.Answer),
                ["sam_encoder"] = Median(runs, run => run.SamEncoder),
                ["mask_decoder"] = Median(runs, run => run.Masks),
                ["total"] = Median(runs, run => run.Total),
            },
        };
        Console.WriteLine(JsonSerializer.Serialize(report));
    }

    private static double? Median(List<AnalysisTimings> runs, Func<AnalysisTimings, double?> pick)
    {
        double[] values = [.. runs.Select(pick).OfType<double>().Order()];
        return values.Length == 0 ? null : Math.Round(values[values.Length / 2], 2);
    }
}
