using System.Diagnostics;
using Sida.Engine.Analysis;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>500 analyses, most of them cut off somewhere, leave memory and handles as they were.</summary>
public sealed class AnalysisLeakTests(TinyEngines engines, ITestOutputHelper output) : IClassFixture<TinyEngines>
{
    private const int Rounds = 500;
    private const int WarmUp = 100;
    private const long MemorySlack = 48L << 20;
    private const int HandleSlack = 8;

    private static readonly string[] Pictures = ["wide.png", "tall.png", "tiny.png", "gray.png", "rgba.png", "palette.png"];

    [Fact]
    public async Task Five_hundred_analyses_with_cancellation_leave_memory_and_handles_flat()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        Random random = new(7);
        (long memory, int handles) before = default;
        int finished = 0;
        for (int round = 0; round < Rounds; round++)
        {
            if (round == WarmUp)
            {
                before = Measure();
            }

            finished += await AnalyzeAsync(engine, random) ? 1 : 0;
        }

        (long memory, int handles) after = Measure();
        output.WriteLine($"{finished} of {Rounds} finished; memory {before.memory >> 20} -> {after.memory >> 20} MiB, handles {before.handles} -> {after.handles}");
        Assert.InRange(finished, 1, Rounds - 1);
        Assert.True(after.memory - before.memory < MemorySlack, $"Memory grew by {(after.memory - before.memory) >> 20} MiB.");
        Assert.True(after.handles - before.handles <= HandleSlack, $"Handles grew by {after.handles - before.handles}.");

        AnalysisResult last = await engine.AnalyzeToEndAsync(AnalysisEngineTests.Request("wide.png", PromptPresets.Detect), TestContext.Current.CancellationToken);
        Assert.Equal(2, last.Masks.Count);
    }

    /// <summary>One analysis that stops at a random event, by the token or by leaving the enumeration; true when it got to its end.</summary>
    private static async Task<bool> AnalyzeAsync(AnalysisEngine engine, Random random)
    {
        AnalysisRequest request = AnalysisEngineTests.Request(Pictures[random.Next(Pictures.Length)], PromptPresets.Detect);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int lastEvent = random.Next(24);
        bool leaves = random.Next(2) == 0;
        int seen = 0;
        try
        {
            await foreach (AnalysisEvent step in engine.AnalyzeAsync(request, stop.Token))
            {
                if (step is FinishedEvent)
                {
                    return true;
                }

                if (++seen > lastEvent)
                {
                    if (leaves)
                    {
                        return false;
                    }

                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }

        return false;
    }

    private static (long Memory, int Handles) Measure()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process self = Process.GetCurrentProcess();
        return (self.WorkingSet64, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
    }
}
