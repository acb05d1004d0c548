using Sida.Cli.Output;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Models;

namespace Sida.Cli.Commands;

/// <summary>Runs `sida analyze`: loads the model once, analyses the pictures side by side, writes what was asked for.</summary>
internal static class AnalyzeRun
{
    /// <summary>Pictures in work at once; the engine batches their answers.</summary>
    private const int Concurrency = 4;

    public static async Task<int> RunAsync(AnalyzeOptions options, CancellationToken cancellation)
    {
        ModelPackage package = await ModelPackage.OpenAsync(options.Model, cancellation);
        AnalysisEngineOptions engineOptions = new() { Device = DeviceOption.Parse(options.Device), MaxConcurrent = Math.Min(Concurrency, options.Images.Count) };
        await using AnalysisEngine engine = await AnalysisEngine.LoadAsync(package, engineOptions, cancellation: cancellation);
        return options.Images.Count == 1
            ? await AnalyzeOneAsync(engine, options, cancellation)
            : await AnalyzeManyAsync(engine, options, cancellation);
    }

    private static async Task<int> AnalyzeOneAsync(AnalysisEngine engine, AnalyzeOptions options, CancellationToken cancellation)
    {
        ITensorSink? tensors = options.Dump is null ? null : new NpyFolder(options.Dump);
        ResultPrinter? printer = options.Json == "-" ? null : new ResultPrinter(Console.Out, engine.Package.Manifest);
        AnalysisResult? result = null;
        await foreach (AnalysisEvent step in engine.AnalyzeAsync(Request(engine, options, options.Images[0], tensors), cancellation))
        {
            printer?.Show(step);
            result = (step as FinishedEvent)?.Result ?? result;
        }

        if (options.Json is not null)
        {
            await OutputFiles.WriteJsonAsync(options.Json, AnalysisJson.Serialize(Document(engine, result!)), cancellation);
        }

        await OutputFiles.WriteAsync(options, result!, cancellation);

        return ExitCode.Success;
    }

    private static async Task<int> AnalyzeManyAsync(AnalysisEngine engine, AnalyzeOptions options, CancellationToken cancellation)
    {
        AnalysisResult?[] results = new AnalysisResult?[options.Images.Count];
        SidaException?[] failures = new SidaException?[options.Images.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, options.Images.Count, parallel, async (index, stop) =>
        {
            try
            {
                results[index] = await engine.AnalyzeToEndAsync(Request(engine, options, options.Images[index], null), stop);
            }
            catch (SidaException error)
            {
                // One bad picture must not cost the others their result; it is reported below and in the exit code.
                failures[index] = error;
            }
        });

        for (int index = 0; index < results.Length; index++)
        {
            if (failures[index] is { } failure)
            {
                await Console.Error.WriteLineAsync($"sida: {failure.Message}");
            }
            else if (options.Json != "-")
            {
                Console.WriteLine($"{options.Images[index]}:");
                new ResultPrinter(Console.Out, engine.Package.Manifest).Show(results[index]!);
            }
        }

        if (options.Json is not null)
        {
            AnalysisDocument?[] documents = [.. results.Select(result => result is null ? null : Document(engine, result))];
            await OutputFiles.WriteJsonAsync(options.Json, AnalysisJson.Serialize(documents), cancellation);
        }

        return failures.FirstOrDefault(failure => failure is not null) is { } first ? ExitCode.Of(first) : ExitCode.Success;
    }

    private static AnalysisRequest Request(AnalysisEngine engine, AnalyzeOptions options, string image, ITensorSink? tensors) => new()
    {
        Image = ImageSource.FromFile(image),
        Prompt = options.Prompt,
        TrustPrompt = options.TrustPrompt,
        Answer = options.Answer,
        MaxNewTokens = options.MaxNewTokens,
        Sampling = options.Sampling.Apply(engine.DefaultSampling),
        Tensors = tensors,
    };

    private static AnalysisDocument Document(AnalysisEngine engine, AnalysisResult result) =>
        AnalysisJson.Document(result, engine.Package.Manifest, engine.Package.Hash, engine.Device);
}
