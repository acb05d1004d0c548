using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sida.Engine;
using Sida.Engine.Language;
using Sida.Engine.Language.Interop;

namespace Sida.Benchmarks;

/// <summary>Tokens per second through the engine's scheduler against bare llama.cpp, in turn, so that a drifting machine moves both.</summary>
internal static class SchedulerBenchmark
{
    private const int PromptTokens = 340;
    private const int AnswerTokens = 64;
    private const int Conversations = 8;

    public static async Task RunAsync(string gguf, int rounds, int threads)
    {
        using LlamaModel model = LlamaModel.Load(gguf, DeviceOption.Cpu, default);
        using BareLlama bare = new(model, threads);
        LanguageModelOptions options = new() { Device = DeviceOption.Cpu, Threads = threads, ContextPositions = 4096, CachedSequences = 0 };
        using LanguageModel scheduled = await LanguageModel.LoadAsync(gguf, options, NullLogger.Instance, default);
        List<double> barePrefill = [], bareDecode = [], prefill = [], decode = [], together = [];
        for (int round = 0; round <= rounds; round++)
        {
            int[] prompt = Prompt(round, model.VocabularySize);
            double start = Now();
            bare.Prefill(prompt);
            double read = Now();
            for (int token = 1; token < AnswerTokens; token++)
            {
                bare.Decode();
            }

            double written = Now();
            (double ownPrefill, double ownDecode) = await OneAsync(scheduled, prompt);
            double eight = await EightAsync(scheduled, round, model.VocabularySize);
            if (round > 0)
            {
                barePrefill.Add(PromptTokens / (read - start));
                bareDecode.Add((AnswerTokens - 1) / (written - read));
                prefill.Add(ownPrefill);
                decode.Add(ownDecode);
                together.Add(eight);
            }
        }

        Report("prefill, bare llama.cpp", barePrefill, barePrefill);
        Report("prefill, scheduler", prefill, barePrefill);
        Report("decode, bare llama.cpp", bareDecode, bareDecode);
        Report("decode, scheduler", decode, bareDecode);
        Report($"decode, {Conversations} conversations at once", together, decode);
    }

    private static async Task<(double Prefill, double Decode)> OneAsync(LanguageModel model, int[] prompt)
    {
        double start = Now();
        double read = start;
        await foreach (GenerationStep step in model.GenerateAsync(new GenerationRequest { Prompt = [new TokenSegment(prompt)], MaxNewTokens = AnswerTokens }))
        {
            read = step is GenerationStep.PrefillFinished ? Now() : read;
        }

        return (PromptTokens / (read - start), (AnswerTokens - 1) / (Now() - read));
    }

    /// <summary>Tokens per second of all conversations while all of them write.</summary>
    private static async Task<double> EightAsync(LanguageModel model, int round, int vocabulary)
    {
        List<double> stamps = [];
        int reading = Conversations;
        await Task.WhenAll(Enumerable.Range(0, Conversations).Select(async index =>
        {
            GenerationRequest request = new() { Prompt = [new TokenSegment(Prompt((round * 100) + index, vocabulary))], MaxNewTokens = AnswerTokens };
            await foreach (GenerationStep step in model.GenerateAsync(request))
            {
                lock (stamps)
                {
                    reading -= step is GenerationStep.PrefillFinished ? 1 : 0;
                    if (step is GenerationStep.TokenGenerated && reading == 0)
                    {
                        stamps.Add(Now());
                    }
                }
            }
        }));
        return (stamps.Count - 1) / (stamps[^1] - stamps[0]);
    }

    private static int[] Prompt(int seed, int vocabulary)
    {
        Random random = new(seed);
        return [1, .. Enumerable.Range(1, PromptTokens - 1).Select(_ => random.Next(300, vocabulary - 10))];
    }

    private static double Now() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static void Report(string name, List<double> rates, List<double> peer)
    {
        double[] sorted = [.. rates.Order()];
        double[] ratios = [.. rates.Zip(peer, (rate, other) => rate / other).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {sorted[sorted.Length / 2],9:0.0} tokens/s   ratio {ratios[ratios.Length / 2]:0.000}"));
    }
}
