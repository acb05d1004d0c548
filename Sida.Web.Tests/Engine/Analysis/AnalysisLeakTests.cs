using Sida.Engine.Analysis;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>500 analyses, most of them cut off somewhere, leave memory and handles as they were.</summary>
[Collection(Alone.Name)]
public sealed class AnalysisLeakTests(TinyEngines engines, ITestOutputHelper output) : IClassFixture<TinyEngines>
{
    private const int Rounds = 500;
    private const int WarmUp = 200;

    /// <summary>What analyses that were left still hold while they wind down; a leak of one picture's masks a round would be ten times this.</summary>
    private const long MemorySlack = 48L << 20;
    private const int HandleSlack = 8;

    private static readonly string[] Pictures = ["wide.png", "tall.png", "tiny.png", "gray.png", "rgba.png", "palette.png"];

    [Fact]
    public async Task Five_hundred_analyses_with_cancellation_leave_memory_and_handles_flat()
    {
        AnalysisEngine engine = await engines.GetAsync(ModelFamily.Sida);
        Random random = new(7);
        Footprint? before = null;
        int finished = 0;
        for (int round = 0; round < Rounds; round++)
        {
            if (round == WarmUp)
            {
                before = Footprint.Now();
            }

            finished += await AnalyzeAsync(engine, random) ? 1 : 0;
        }

        Footprint after = Footprint.Now();
        output.WriteLine($"{finished} of {Rounds} finished; {before} -> {after}");
        Assert.InRange(finished, 1, Rounds - 1);
        Assert.InRange(after.Managed - before!.Managed, long.MinValue, MemorySlack);
        Assert.InRange(after.Native - before.Native, long.MinValue, MemorySlack);
        Assert.InRange(after.Mapped - before.Mapped, long.MinValue, MemorySlack);
        Assert.InRange(after.Handles - before.Handles, int.MinValue, HandleSlack);

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
}
