using Sida.Engine.Import;
using Sida.Engine.Language;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>Nothing grows with the number of requests: not the managed heap, not native memory, not handles, not the KV cache.</summary>
[Collection(AloneWithTinyLanguageModel.Name)]
public class LanguageLeakTests(TinyLanguageModel tiny)
{
    private const long Slack = 16 << 20;
    private static readonly GenerationRequest[] Requests = [.. LanguageCase.Bundled.Select(name => LanguageCase.Load(name).Request())];

    [Fact]
    public async Task Two_hundred_requests_with_random_cancellations_leave_everything_flat()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F16, options => options with { CachedSequences = 0 });

        // The managed heap and the thread pool find their sizes first.
        await RunAsync(model, 150, seed: 1);
        Footprint before = Footprint.Now();
        await RunAsync(model, 200, seed: 2);
        Footprint after = Footprint.Now();
        Assert.Equal((0, 0, 0), (model.State.Running, model.State.Queued, model.State.UsedCells));
        AssertFlat(before, after);
    }

    [Fact]
    public async Task Loading_and_disposing_models_leaves_everything_flat()
    {
        await LoadAndDisposeAsync(8);
        Footprint before = Footprint.Now();
        await LoadAndDisposeAsync(24);
        AssertFlat(before, Footprint.Now());
    }

    private async Task LoadAndDisposeAsync(int times)
    {
        for (int round = 0; round < times; round++)
        {
            using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F16);
            await LanguageRun.CollectAsync(model, Requests[0], TestContext.Current.CancellationToken);
        }
    }

    private static async Task RunAsync(LanguageModel model, int requests, int seed)
    {
        Random random = new(seed);
        for (int batch = 0; batch < requests / 4; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunOneAsync(model, Requests[random.Next(Requests.Length)], random.Next(14))));
        }

        while (model.State.Running > 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private static async Task RunOneAsync(LanguageModel model, GenerationRequest request, int steps)
    {
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            await foreach (GenerationStep _ in model.GenerateAsync(request, source.Token))
            {
                if (steps-- == 0)
                {
                    await source.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            // Half of the requests end here, which is the point.
        }
    }

    private static void AssertFlat(Footprint before, Footprint after)
    {
        Assert.InRange(after.Managed - before.Managed, long.MinValue, Slack);
        Assert.InRange(after.Native - before.Native, long.MinValue, Slack);
        Assert.InRange(after.Mapped - before.Mapped, long.MinValue, Slack);
        Assert.InRange(after.Handles - before.Handles, int.MinValue, 4);
        Assert.InRange(after.Threads - before.Threads, int.MinValue, 8);
    }
}

/// <summary>Tests that measure the process, so that nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneWithTinyLanguageModel : ICollectionFixture<TinyLanguageModel>
{
    public const string Name = "alone with the tiny language model";
}
