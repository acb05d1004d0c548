using Sida.Engine.Analysis;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>One computation per picture, a budget, and no work that nobody waits for.</summary>
public sealed class EmbeddingCacheTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_at_the_same_time_share_one_computation()
    {
        EmbeddingCache cache = new(1 << 20);
        int computed = 0;
        async Task<float[][]> Compute(CancellationToken stop)
        {
            Interlocked.Increment(ref computed);
            await Task.Delay(50, stop);
            return [new float[4]];
        }

        float[][][] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.GetAsync("a", Compute, Stop)));
        Assert.Equal(1, computed);
        Assert.All(results, result => Assert.Same(results[0], result));
        Assert.Equal(16, cache.Bytes);
    }

    [Fact]
    public async Task The_least_recently_used_leave_when_the_budget_is_full()
    {
        EmbeddingCache cache = new(3 * 400);
        int computed = 0;
        Task<float[][]> Get(string key) => cache.GetAsync(key, _ =>
        {
            computed++;
            return Task.FromResult<float[][]>([new float[100]]);
        }, Stop);

        foreach (string key in (string[])["a", "b", "c", "a", "d"])
        {
            await Get(key);
        }

        Assert.Equal(4, computed);
        Assert.Equal(1200, cache.Bytes);
        await Get("a");
        Assert.Equal(4, computed);
        await Get("b");
        Assert.Equal(5, computed);
    }

    [Fact]
    public async Task The_last_one_who_leaves_stops_the_work()
    {
        EmbeddingCache cache = new(1 << 20);
        using CancellationTokenSource first = new();
        using CancellationTokenSource second = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<float[][]> Compute(CancellationToken stop)
        {
            using CancellationTokenRegistration registration = stop.Register(() => stopped.TrySetResult());
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return [];
        }

        Task<float[][]> a = cache.GetAsync("a", Compute, first.Token);
        Task<float[][]> b = cache.GetAsync("a", Compute, second.Token);
        await started.Task.WaitAsync(Stop);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a);
        Assert.False(stopped.Task.IsCompleted);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => b);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task A_failure_is_told_and_not_kept()
    {
        EmbeddingCache cache = new(1 << 20);
        await Assert.ThrowsAsync<InvalidDataException>(() => cache.GetAsync("a", _ => throw new InvalidDataException(), Stop));
        float[][] result = await cache.GetAsync("a", _ => Task.FromResult<float[][]>([[1]]), Stop);
        Assert.Equal([1], result[0]);
    }
}
