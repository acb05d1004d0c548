using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Models;

namespace Sida.Web.Work;

/// <summary>
/// Analyses for pages, the hub and the HTTP API: ask, follow, stop, look up. The work itself belongs to the server and goes on
/// whether anybody listens or not.
/// </summary>
internal sealed partial class AnalysisService(
    AccessService access, AnalysisQueue queue, AnalysisWorker worker, ModelHost models, IOptions<WorkOptions> options, TimeProvider clock, ILogger<AnalysisService> logger)
{
    private readonly ConcurrentDictionary<Guid, AnalysisRun> _live = new();

    /// <summary>Asks a model about a picture, outside of any conversation.</summary>
    /// <exception cref="RequestException">The question is empty or too long.</exception>
    /// <exception cref="NotFoundException">There is no such picture or model.</exception>
    /// <exception cref="LimitException">The caller has too many analyses already.</exception>
    /// <exception cref="BusyException">The queue is full.</exception>
    public async Task<AnalysisSnapshot> StartAsync(Caller caller, AnalysisOrder order, CancellationToken cancellation)
    {
        IReadOnlyList<Guid> started = await StartAllAsync(caller, [order], cancellation);
        return FindLive(caller, started[0])?.Snapshot ?? await GetAsync(caller, started[0], cancellation);
    }

    /// <summary>Asks several questions at once: all are taken on, or none.</summary>
    /// <inheritdoc cref="StartAsync(Caller, AnalysisOrder, CancellationToken)"/>
    public async Task<IReadOnlyList<Guid>> StartAllAsync(Caller caller, IReadOnlyList<AnalysisOrder> orders, CancellationToken cancellation)
    {
        await using SidaDb db = await access.OpenToStoreAsync(caller, Permissions.Analyze, cancellation);
        List<Guid> pictures = [.. orders.Select(order => order.PictureId).Distinct()];
        if (await db.Pictures.CountAsync(row => pictures.Contains(row.Id), cancellation) != pictures.Count)
        {
            throw new NotFoundException("There is no such picture.");
        }

        IReadOnlyList<Analysis> started = await StartAsync(db, caller, [.. orders.Select((order, place) => Prepare(caller, order, null, place))], cancellation);
        return [.. started.Select(analysis => analysis.Id)];
    }

    /// <summary>An analysis to be stored and started with <see cref="StartAsync(SidaDb, Caller, IReadOnlyList{Analysis}, CancellationToken)"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="order">What.</param>
    /// <param name="questionId">The question that is answered; null for a job of a program.</param>
    /// <param name="place">Its place among those that are asked at once, which stay in that order.</param>
    public Analysis Prepare(Caller caller, AnalysisOrder order, Guid? questionId, int place = 0)
    {
        string prompt = CheckPrompt(order.Prompt);
        if (order.MaxNewTokens is { } tokens && (tokens < 1 || tokens > options.Value.MaxNewTokens))
        {
            throw new RequestException($"maxNewTokens is {tokens}; it must be between 1 and {options.Value.MaxNewTokens} (Sida:Work:MaxNewTokens).");
        }

        return new Analysis
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            QuestionId = questionId,
            PictureId = order.PictureId,
            Model = models.Resolve(order.Model),
            Prompt = prompt,
            GivenHistory = order.History,
            MaxNewTokens = order.MaxNewTokens,
            State = AnalysisState.Queued,
            CreatedAt = clock.GetUtcNow().AddMicroseconds(place),
        };
    }

    /// <summary>A question's text, checked.</summary>
    /// <exception cref="RequestException">It is empty or too long.</exception>
    public string CheckPrompt(string prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw new RequestException("The question is empty. Ask something about the picture.");
        }

        return prompt.Length <= options.Value.MaxQuestionLength
            ? StoredText.Check(prompt, "The question")
            : throw new RequestException($"The question has {prompt.Length} characters; {options.Value.MaxQuestionLength} are allowed (Sida:Work:MaxQuestionLength). Make it shorter.");
    }

    /// <summary>Stores new analyses together with whatever else the context holds, and puts them into the queue.</summary>
    public async Task<IReadOnlyList<Analysis>> StartAsync(SidaDb db, Caller caller, IReadOnlyList<Analysis> analyses, CancellationToken cancellation)
    {
        queue.Reserve(caller.OwnerId, analyses.Count);
        int reserved = analyses.Count;
        try
        {
            db.Analyses.AddRange(analyses);
            await db.SaveChangesAsync(cancellation);
            db.ChangeTracker.Clear();
            foreach (Analysis analysis in analyses)
            {
                AnalysisRun run = new(analysis, clock);
                run.Send(new AcceptedMessage { Id = run.Id, Model = analysis.Model });
                _live[run.Id] = run;
                reserved--;
                RunAll(queue.Enqueue(run));
            }
        }
        finally
        {
            if (reserved > 0)
            {
                queue.Release(caller.OwnerId, reserved);
            }
        }

        return analyses;
    }

    /// <summary>An analysis as it is now.</summary>
    /// <exception cref="NotFoundException">There is no such analysis.</exception>
    public async Task<AnalysisSnapshot> GetAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Read);
        if (FindLive(caller, id) is { } run)
        {
            return run.Snapshot;
        }

        await using SidaDb db = access.Open(caller, Permissions.Read);
        Analysis row = await db.Analyses.AsNoTracking().Include(analysis => analysis.Masks).FirstOrDefaultAsync(analysis => analysis.Id == id, cancellation) ?? throw NotFound();
        return SnapshotReader.Of(row, await db.Feedback.AsNoTracking().FirstOrDefaultAsync(feedback => feedback.AnalysisId == id, cancellation));
    }

    /// <summary>Jobs that the caller's programs asked for, newest first.</summary>
    public async Task<IReadOnlyList<AnalysisSnapshot>> ListAsync(Caller caller, int skip, int take, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        List<Analysis> rows = await db.Analyses.AsNoTracking().Include(row => row.Masks).Where(row => row.QuestionId == null)
            .OrderByDescending(row => row.CreatedAt).Skip(skip).Take(take).ToListAsync(cancellation);
        return [.. rows.Select(row => FindLive(caller, row.Id)?.Snapshot ?? SnapshotReader.Of(row))];
    }

    /// <summary>
    /// The state now and whenever it has changed, to the end: what a page follows. However fast the answer comes, no more than one
    /// state in <paramref name="pause"/> is given, and a listener that is slow gets the newest.
    /// </summary>
    /// <exception cref="NotFoundException">There is no such analysis.</exception>
    public async IAsyncEnumerable<AnalysisSnapshot> WatchAsync(Caller caller, Guid id, TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Read);
        if (FindLive(caller, id) is not { } run)
        {
            yield return await GetAsync(caller, id, cancellation);
            yield break;
        }

        await foreach (AnalysisSnapshot snapshot in run.WatchAsync(pause, cancellation))
        {
            yield return snapshot;
        }
    }

    /// <summary>Every message from a number on, to the last: what a program follows. Those of the past are given first.</summary>
    /// <exception cref="NotFoundException">There is no such analysis.</exception>
    public async IAsyncEnumerable<AnalysisMessage> ReadAsync(Caller caller, Guid id, int from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Read);
        IAsyncEnumerable<AnalysisMessage> messages = FindLive(caller, id) is { } run ? run.ReadAsync(Math.Max(0, from), cancellation) : RecordedAsync(caller, id, from, cancellation);
        await foreach (AnalysisMessage message in messages)
        {
            yield return message;
        }
    }

    /// <summary>Ends an analysis early. What is there of the answer is kept. Nothing happens when it is over already.</summary>
    /// <exception cref="NotFoundException">There is no such analysis.</exception>
    public async Task StopAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Analyze);
        if (FindLive(caller, id) is { } run)
        {
            Stop(run);
            return;
        }

        await using SidaDb db = access.Open(caller, Permissions.Analyze);
        if (!await db.Analyses.AnyAsync(row => row.Id == id, cancellation))
        {
            throw NotFound();
        }
    }

    /// <summary>Says whether an answer was good.</summary>
    /// <exception cref="NotFoundException">There is no such analysis.</exception>
    /// <exception cref="RequestException">The note is too long.</exception>
    public async Task RateAsync(Caller caller, Guid id, bool good, string? note, CancellationToken cancellation)
    {
        if (note?.Length > options.Value.MaxQuestionLength)
        {
            throw new RequestException($"The note has {note.Length} characters; {options.Value.MaxQuestionLength} are allowed (Sida:Work:MaxQuestionLength).");
        }

        note = note is null ? null : StoredText.Check(note, "The note");
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        if (!await db.Analyses.AnyAsync(row => row.Id == id, cancellation))
        {
            throw NotFound();
        }

        Feedback? feedback = await db.Feedback.FirstOrDefaultAsync(row => row.AnalysisId == id, cancellation);
        if (feedback is null)
        {
            feedback = new Feedback { AnalysisId = id, OwnerId = caller.OwnerId, Good = good, CreatedAt = clock.GetUtcNow() };
            db.Feedback.Add(feedback);
        }

        (feedback.Good, feedback.Note, feedback.CreatedAt) = (good, note, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Whether an analysis waits or runs in this server.</summary>
    public bool IsLive(Guid id) => _live.ContainsKey(id);

    /// <summary>A live state in place of a stored one.</summary>
    public AnalysisSnapshot Newest(AnalysisSnapshot stored) => _live.TryGetValue(stored.Id, out AnalysisRun? run) ? run.Snapshot : stored;

    /// <summary>Stops an analysis on behalf of the server's own rooms, for instance because its conversation was deleted.</summary>
    public void StopForServer(Guid id)
    {
        if (_live.TryGetValue(id, out AnalysisRun? run))
        {
            Stop(run);
        }
    }

    /// <summary>Lets running analyses finish for a while, then cuts them; afterwards all are stored as finished or interrupted.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        foreach (AnalysisRun waiting in queue.Close())
        {
            waiting.Interrupt();
            _ = FollowAsync(waiting, EndUnstartedAsync(waiting));
        }

        Task all = Task.WhenAll(_live.Values.Select(run => run.Completion.Task));
        await Task.WhenAny(all, Task.Delay(grace, clock));
        foreach (AnalysisRun run in _live.Values)
        {
            run.Interrupt();
        }

        await all;
    }

    private AnalysisRun? FindLive(Caller caller, Guid id) => _live.TryGetValue(id, out AnalysisRun? run) && run.OwnerId == caller.OwnerId ? run : null;

    private static NotFoundException NotFound() => new("There is no such analysis.");

    private void Stop(AnalysisRun run)
    {
        run.Stop();
        if (queue.TryTakeOut(run))
        {
            _ = FollowAsync(run, EndUnstartedAsync(run));
        }
    }

    private async IAsyncEnumerable<AnalysisMessage> RecordedAsync(Caller caller, Guid id, int from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        Analysis analysis = await db.Analyses.AsNoTracking().Include(row => row.Masks).Include(row => row.Events).FirstOrDefaultAsync(row => row.Id == id, cancellation)
            ?? throw NotFound();
        List<AnalysisMessage> messages = [.. analysis.Events.OrderBy(row => row.First).SelectMany(row => WebJson.Read<List<AnalysisMessage>>(row.Json))];
        if (analysis.State == AnalysisState.Interrupted && messages is not [.., { IsLast: true }])
        {
            // The server was killed before it could send this.
            messages.Add(new InterruptedMessage { Sequence = messages.Count, Milliseconds = messages.LastOrDefault()?.Milliseconds ?? 0 });
        }

        foreach (AnalysisMessage message in messages.Where(message => message.Sequence >= from))
        {
            yield return message is FinishedMessage finished ? finished with { Document = SnapshotReader.Document(analysis) } : message;
        }
    }

    private void RunAll(IReadOnlyList<AnalysisRun> runs)
    {
        foreach (AnalysisRun run in runs)
        {
            _ = FollowAsync(run, Task.Run(() => worker.RunAsync(run)));
        }
    }

    private Task EndUnstartedAsync(AnalysisRun run) => Task.Run(() => worker.EndUnstartedAsync(run));

    /// <summary>Waits for the end of an analysis, and then lets the next ones begin.</summary>
    private async Task FollowAsync(AnalysisRun run, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception error)
        {
            // Only the database can fail here. The row stays "running" and becomes "interrupted" at the next start.
            EndNotStored(logger, error, run.Id);
            run.Send(new FailedMessage { Kind = FailureKind.Internal, Message = "The end of this analysis could not be stored. Ask again; the operator finds the details in the log." });
        }
        finally
        {
            _live.TryRemove(run.Id, out _);
            RunAll(queue.Leave(run));
            run.Completion.SetResult();
            run.Dispose();
        }
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Error, Message = "The end of analysis {Analysis} could not be stored")]
    private static partial void EndNotStored(ILogger logger, Exception error, Guid analysis);
}
