using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Work;

public sealed class AnalysisQueueTests
{
    private readonly Guid _anna = Guid.NewGuid();
    private readonly Guid _ben = Guid.NewGuid();

    [Fact]
    public void What_has_no_room_to_run_waits_in_order_and_knows_its_place()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxRunning = 1, MaxRunningPerOwner = 1 });
        AnalysisRun first = Add(queue, _anna, out IReadOnlyList<AnalysisRun> startedFirst);
        AnalysisRun second = Add(queue, _ben, out IReadOnlyList<AnalysisRun> startedSecond);
        AnalysisRun third = Add(queue, _ben, out _);
        Assert.Equal([first], startedFirst);
        Assert.Empty(startedSecond);
        Assert.Equal((null, 1, 2), (first.Snapshot.QueuePosition, second.Snapshot.QueuePosition, third.Snapshot.QueuePosition));
        Assert.Equal([second], queue.Leave(first));
        Assert.Equal(1, third.Snapshot.QueuePosition);
    }

    [Fact]
    public void One_owner_cant_keep_the_others_out()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxRunning = 2, MaxRunningPerOwner = 1 });
        Add(queue, _anna, out _);
        AnalysisRun annasSecond = Add(queue, _anna, out IReadOnlyList<AnalysisRun> started);
        Assert.Empty(started);
        AnalysisRun bens = Add(queue, _ben, out started);
        Assert.Equal([bens], started);
        Assert.Equal(1, annasSecond.Snapshot.QueuePosition);
    }

    [Fact]
    public void An_owner_has_so_many_places_and_no_more()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxPerOwner = 2 });
        AnalysisRun first = Add(queue, _anna, out _);
        Add(queue, _anna, out _);
        LimitException error = Assert.Throws<LimitException>(() => queue.Reserve(_anna, 1));
        Assert.Contains("Sida:Work:MaxPerOwner", error.Message, StringComparison.Ordinal);
        queue.Reserve(_ben, 1);
        queue.Leave(first);
        queue.Reserve(_anna, 1);
    }

    [Fact]
    public void A_full_queue_refuses_and_counts_what_was_only_reserved()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxRunning = 1, MaxQueued = 1 });
        queue.Reserve(_anna, 2);
        Assert.Throws<BusyException>(() => queue.Reserve(_ben, 1));
        queue.Release(_anna, 1);
        queue.Reserve(_ben, 1);
    }

    [Fact]
    public void After_closing_nothing_enters_and_nothing_starts()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxRunning = 1 });
        AnalysisRun running = Add(queue, _anna, out _);
        AnalysisRun waiting = Add(queue, _anna, out _);
        Assert.Equal([waiting], queue.Close());
        Assert.Throws<BusyException>(() => queue.Reserve(_ben, 1));
        Assert.Empty(queue.Leave(running));
    }

    [Fact]
    public void What_is_taken_out_while_it_waits_never_starts()
    {
        AnalysisQueue queue = Queue(new WorkOptions { MaxRunning = 1 });
        AnalysisRun running = Add(queue, _anna, out _);
        AnalysisRun stopped = Add(queue, _anna, out _);
        AnalysisRun next = Add(queue, _ben, out _);
        Assert.True(queue.TryTakeOut(stopped));
        Assert.False(queue.TryTakeOut(running));
        Assert.Equal(1, next.Snapshot.QueuePosition);
        Assert.Empty(queue.Leave(stopped));
        Assert.Equal([next], queue.Leave(running));
    }

    private static AnalysisQueue Queue(WorkOptions options) => new(Options.Create(options));

    private static AnalysisRun Add(AnalysisQueue queue, Guid owner, out IReadOnlyList<AnalysisRun> started)
    {
        queue.Reserve(owner, 1);
        AnalysisRun run = new(
            new Analysis
            {
                Id = Guid.NewGuid(),
                OwnerId = owner,
                PictureId = Guid.NewGuid(),
                Model = "alpha",
                Prompt = "?",
                State = AnalysisState.Queued,
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            TimeProvider.System);
        started = queue.Enqueue(run);
        return run;
    }
}
