using Sida.Cli.Output;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Evaluation;
using Sida.Engine.Models;
using Spectre.Console;

namespace Sida.Cli.Commands;

/// <summary>Runs `sida evaluate`: progress on stderr, the tables on stdout.</summary>
internal static class EvaluateRun
{
    public static async Task<int> RunAsync(EvaluateOptions options, CancellationToken cancellation)
    {
        SidSet set = SidSet.Read(options.Folder, options.Split);
        ModelPackage package = await ModelPackage.OpenAsync(options.Model, cancellation);
        AnalysisEngineOptions engineOptions = new()
        {
            Device = DeviceOption.Parse(options.Device),
            MaxConcurrent = options.Evaluation.Concurrency,
            CachedConversations = 0,
        };
        EvaluationReport report;
        await using (AnalysisEngine engine = await AnalysisEngine.LoadAsync(package, engineOptions, cancellation: cancellation))
        {
            report = await WithProgressAsync(progress => Evaluator.RunAsync(engine, set, options.Evaluation, progress, cancellation));
        }

        if (options.Json != "-")
        {
            EvaluationPrinter.Print(AnsiConsole.Console, report);
        }

        if (options.Json is not null)
        {
            await OutputFiles.WriteJsonAsync(options.Json, EvaluationJson.Write(report), cancellation);
        }

        if (report.Failures.Count > 0)
        {
            string record = options.Record ? $", so {ModelManifest.FileName} keeps its figures" : "";
            await Console.Error.WriteLineAsync($"sida: {report.Failures.Count} of the split's pictures couldn't be read{record}. The first: {report.Failures[0].File}: {report.Failures[0].Reason}");
            return ExitCode.Image;
        }

        if (options.Record)
        {
            await MeasuredQuality.Of(report).RecordAsync(options.Model, cancellation);
            await Console.Error.WriteLineAsync($"The figures are in {Path.Combine(options.Model, ModelManifest.FileName)}.");
        }

        return ExitCode.Success;
    }

    private static async Task<EvaluationReport> WithProgressAsync(Func<IProgress<EvaluationProgress>, Task<EvaluationReport>> work)
    {
        // On stderr, so that stdout stays the result; plain lines where stderr is no terminal.
        AnsiSupport colours = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect;
        IAnsiConsole errors = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = colours, Out = new AnsiConsoleOutput(Console.Error) });
        EvaluationReport? report = null;
        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];
        await errors.Progress().Columns(columns).StartAsync(async context =>
        {
            ProgressTask task = context.AddTask("pictures");
            report = await work(new ProgressOf(task));
        });
        return report!;
    }

    /// <summary>Reports on the calling thread: System.Progress would post, and could still be telling after the end.</summary>
    private sealed class ProgressOf(ProgressTask task) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = Math.Max(task.Value, value.Done);
            task.Description = $"{value.Done} of {value.Total}, {100.0 * value.Right / value.Done:0} % right";
        }
    }
}
