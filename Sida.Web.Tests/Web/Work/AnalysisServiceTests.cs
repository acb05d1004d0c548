using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Work;

/// <summary>Work belongs to the server: it goes on without listeners, is joined in the middle, stopped from anywhere, and never lost silently.</summary>
public sealed class AnalysisServiceTests : IClassFixture<SharedServer>, IDisposable
{
    private readonly Caller _anna = new(Guid.CreateVersion7(), Permissions.All);
    private readonly SidaServer _server;
    private readonly SemaphoreSlim _words = new(0);
    private readonly TaskCompletionSource _third = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AnalysisServiceTests(SharedServer shared)
    {
        _server = shared.Server;
        _server.Models.Script = (request, cancellation) => new ScriptedAnswer
        {
            Prompt = request.Prompt,
            BeforeWord = async (index, stop) =>
            {
                if (index == 3)
                {
                    _third.TrySetResult();
                }

                await _words.WaitAsync(stop);
            },
        }.PlayAsync(cancellation);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AnalysisService Analyses => _server.Services.GetRequiredService<AnalysisService>();

    public void Dispose() => _words.Dispose();

    [Fact]
    public async Task Listeners_join_in_the_middle_and_all_get_the_whole_answer_once()
    {
        Guid id = await StartAsync();
        Task<List<AnalysisMessage>> early = ReadAsync(id);
        _words.Release(3);
        await _third.Task.WaitAsync(Cancellation);
        Task<List<AnalysisMessage>> late = ReadAsync(id);
        Task<List<AnalysisSnapshot>> page = Analyses.WatchAsync(_anna, id, TimeSpan.Zero, Cancellation).ToListAsync(Cancellation).AsTask();
        Assert.Equal("The left sleeve", (await Analyses.GetAsync(_anna, id, Cancellation)).Text);
        _words.Release(10);
        Assert.Equal(await early, await late);
        Assert.Equal("The left sleeve was altered.", string.Concat((await late).OfType<TokenMessage>().Select(token => token.Text)));
        List<AnalysisSnapshot> seen = await page;
        Assert.StartsWith("The left sleeve", seen[0].Text, StringComparison.Ordinal);
        Assert.Equal(AnalysisState.Finished, seen[^1].State);
        Assert.Equal(Verdict.Tampered, seen[^1].Verdict);
        Assert.Single(seen[^1].Masks);
    }

    [Fact]
    public async Task The_work_goes_on_with_nobody_listening_and_is_stored_as_it_grows()
    {
        Guid id = await StartAsync();
        using CancellationTokenSource tab = new();
        Task listener = Analyses.ReadAsync(_anna, id, 0, tab.Token).ToListAsync(tab.Token).AsTask();
        await tab.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener);
        _words.Release(10);
        Assert.IsType<FinishedMessage>((await ReadAsync(id))[^1]);
        await using SidaDb db = _server.Services.GetRequiredService<AccessService>().OpenForServer();
        Analysis row = await db.Analyses.Include(row => row.Events).SingleAsync(row => row.Id == id, Cancellation);
        Assert.Equal((AnalysisState.Finished, "The left sleeve was altered."), (row.State, row.Text));
        Assert.Single(row.Events);
    }

    [Fact]
    public async Task Stop_ends_a_running_answer_and_keeps_what_there_is()
    {
        Guid id = await StartAsync();
        _words.Release(3);
        await _third.Task.WaitAsync(Cancellation);
        await Analyses.StopAsync(_anna, id, Cancellation);
        Assert.IsType<StoppedMessage>((await ReadAsync(id))[^1]);
        AnalysisSnapshot stored = await StoredAsync(id);
        Assert.Equal((AnalysisState.Stopped, "The left sleeve", Verdict.Tampered), (stored.State, stored.Text, stored.Verdict));
        await Analyses.StopAsync(_anna, id, Cancellation);
    }

    [Fact]
    public async Task Stop_takes_a_waiting_question_out_of_the_queue()
    {
        using SidaServer narrow = Narrow();
        AnalysisService analyses = narrow.Services.GetRequiredService<AnalysisService>();
        Guid running = await StartAsync(narrow);
        Guid waiting = await StartAsync(narrow);
        Assert.Equal(1, (await analyses.GetAsync(_anna, waiting, Cancellation)).QueuePosition);
        await analyses.StopAsync(_anna, waiting, Cancellation);
        Assert.IsType<StoppedMessage>(await analyses.ReadAsync(_anna, waiting, 0, Cancellation).LastAsync(Cancellation));
        _words.Release(10);
        Assert.IsType<FinishedMessage>(await analyses.ReadAsync(_anna, running, 0, Cancellation).LastAsync(Cancellation));
        Assert.Single(narrow.Models.Requests);
    }

    [Fact]
    public async Task A_failure_of_the_engine_is_told_in_its_own_words()
    {
        _server.Models.Script = (_, _) => Fail(new ImageException("The picture is damaged. Save it again."));
        Guid id = await StartAsync();
        FailedMessage failed = Assert.IsType<FailedMessage>((await ReadAsync(id))[^1]);
        Assert.Equal(("image", "The picture is damaged. Save it again."), (failed.Kind, failed.Message));
        Assert.Equal((AnalysisState.Failed, "image"), ((await StoredAsync(id)).State, (await StoredAsync(id)).FailureKind));
    }

    [Fact]
    public async Task A_fault_of_the_program_ends_the_analysis_and_is_logged_but_not_shown()
    {
        _server.Models.Script = (_, _) => Fail(new InvalidOperationException("internal detail"));
        Guid id = await StartAsync();
        FailedMessage failed = Assert.IsType<FailedMessage>((await ReadAsync(id))[^1]);
        Assert.Equal("internal", failed.Kind);
        Assert.DoesNotContain("internal detail", failed.Message, StringComparison.Ordinal);
        Assert.Contains(_server.Log.Warnings, line => line.Contains("internal detail", StringComparison.Ordinal) && line.Contains(id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_shutdown_running_answers_may_finish()
    {
        using SidaServer own = Own();
        Guid id = await StartAsync(own);
        Task stopping = own.Services.GetRequiredService<AnalysisService>().CloseAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<BusyException>(() => StartAsync(own));
        _words.Release(10);
        await stopping.WaitAsync(Cancellation);
        Assert.Equal(AnalysisState.Finished, (await own.Services.GetRequiredService<AnalysisService>().GetAsync(_anna, id, Cancellation)).State);
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_marked_as_interrupted_with_its_text()
    {
        using SidaServer narrow = Narrow();
        Guid running = await StartAsync(narrow);
        Guid waiting = await StartAsync(narrow);
        _words.Release(3);
        await _third.Task.WaitAsync(Cancellation);
        AnalysisService analyses = narrow.Services.GetRequiredService<AnalysisService>();
        Task<AnalysisMessage> listener = analyses.ReadAsync(_anna, running, 0, Cancellation).LastAsync(Cancellation).AsTask();
        await analyses.CloseAsync(TimeSpan.Zero);
        Assert.IsType<InterruptedMessage>(await listener);
        AnalysisSnapshot cut = await analyses.GetAsync(_anna, running, Cancellation);
        Assert.Equal((AnalysisState.Interrupted, "The left sleeve"), (cut.State, cut.Text));
        Assert.Equal(AnalysisState.Interrupted, (await analyses.GetAsync(_anna, waiting, Cancellation)).State);
    }

    [Fact]
    public async Task After_a_crash_what_was_cut_is_marked_and_its_messages_end_with_that()
    {
        Guid id = await StartAsync();
        _words.Release(3);
        await _third.Task.WaitAsync(Cancellation);
        using SidaServer next = _server.Successor();
        AnalysisService analyses = next.Services.GetRequiredService<AnalysisService>();
        AnalysisSnapshot cut = await analyses.GetAsync(_anna, id, Cancellation);
        Assert.Equal((AnalysisState.Interrupted, Verdict.Tampered), (cut.State, cut.Verdict));
        List<AnalysisMessage> messages = await analyses.ReadAsync(_anna, id, 0, Cancellation).ToListAsync(Cancellation);
        Assert.IsType<InterruptedMessage>(messages[^1]);
        Assert.Equal(Enumerable.Range(0, messages.Count), messages.Select(message => message.Sequence));

        // The first server doesn't know that it crashed: its work ends here.
        _words.Release(10);
        await ReadAsync(id);
    }

    [Fact]
    public async Task A_question_that_takes_too_long_is_given_up()
    {
        using SidaServer impatient = Own("Sida:Work:Timeout", "00:00:01");
        Guid id = await StartAsync(impatient);
        FailedMessage failed = Assert.IsType<FailedMessage>(await impatient.Services.GetRequiredService<AnalysisService>().ReadAsync(_anna, id, 0, Cancellation).LastAsync(Cancellation));
        Assert.Equal("timeout", failed.Kind);
    }

    [Fact]
    public async Task A_listener_that_never_reads_holds_nobody_up()
    {
        Guid id = await StartAsync();
        await using IAsyncEnumerator<AnalysisMessage> asleep = Analyses.ReadAsync(_anna, id, 0, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await asleep.MoveNextAsync());
        _words.Release(10);
        List<AnalysisMessage> all = await ReadAsync(id);
        Assert.IsType<FinishedMessage>(all[^1]);
        int seen = 1;
        while (await asleep.MoveNextAsync())
        {
            seen++;
        }

        Assert.Equal(all.Count, seen);
    }

    private SidaServer Narrow() => Own("Sida:Work:MaxRunning", "1");

    private SidaServer Own(string setting = "Sida:Work:MaxRunning", string value = "8")
    {
        SidaServer server = new SidaServer().With(setting, value);
        server.Models.Script = _server.Models.Script;
        return server;
    }

    private async Task<Guid> StartAsync(SidaServer? server = null)
    {
        IServiceProvider services = (server ?? _server).Services;
        PictureView picture = await services.GetRequiredService<PictureService>().AddAsync(_anna, new MemoryStream(SidaUser.Picture()), "a.png", Cancellation);
        return (await services.GetRequiredService<AnalysisService>().StartAsync(_anna, new AnalysisOrder(picture.Id, "Is it real?"), Cancellation)).Id;
    }

    private Task<List<AnalysisMessage>> ReadAsync(Guid id) => Analyses.ReadAsync(_anna, id, 0, Cancellation).ToListAsync(Cancellation).AsTask();

    private async Task<AnalysisSnapshot> StoredAsync(Guid id)
    {
        await using SidaDb db = _server.Services.GetRequiredService<AccessService>().OpenForServer();
        return SnapshotReader.Of(await db.Analyses.Include(row => row.Masks).SingleAsync(row => row.Id == id, Cancellation));
    }

#pragma warning disable CS1998 // The failure is the whole stream.
    private static async IAsyncEnumerable<AnalysisEvent> Fail(Exception error)
    {
        yield return new StageEvent(0, AnalysisStage.Looking);
        throw error;
    }
#pragma warning restore CS1998
}
