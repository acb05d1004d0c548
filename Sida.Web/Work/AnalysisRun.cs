using System.Runtime.CompilerServices;
using Sida.Web.Data.Entities;

namespace Sida.Web.Work;

/// <summary>
/// A waiting or running analysis in memory, joined by any number of listeners. There is one list of messages for all of them; a
/// listener is no more than a place in that list, so a slow one costs nothing.
/// </summary>
internal sealed class AnalysisRun(Analysis analysis, TimeProvider clock) : IDisposable
{
    /// <summary>Messages that a listener takes at once.</summary>
    private const int BatchSize = 256;

    private readonly Lock _lock = new();
    private readonly List<AnalysisMessage> _messages = [];
    private readonly CancellationTokenSource _cancellation = new();
    private readonly long _start = clock.GetTimestamp();
    private AnalysisSnapshot _snapshot = SnapshotReader.Of(analysis);
    private TaskCompletionSource _changed = NewSignal();
    private bool _over;
    private bool _disposed;

    public Guid Id => analysis.Id;

    public Guid OwnerId => analysis.OwnerId;

    /// <summary>What was asked. Its worker owns it from now on.</summary>
    public Analysis Analysis => analysis;

    /// <summary>Cancelled when the work must end.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether its owner asked for the end.</summary>
    public bool StopRequested { get; private set; }

    public AnalysisSnapshot Snapshot
    {
        get
        {
            lock (_lock)
            {
                return _snapshot;
            }
        }
    }

    /// <summary>Done when the end has been stored and sent.</summary>
    public TaskCompletionSource Completion { get; } = NewSignal();

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _cancellation.Dispose();
        }
    }

    /// <summary>Ends the work, on behalf of its owner.</summary>
    public void Stop()
    {
        StopRequested = true;
        Interrupt();
    }

    /// <summary>Ends the work, on behalf of the server.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            if (!_over && !_disposed)
            {
                _ = _cancellation.CancelAsync();
            }
        }
    }

    /// <summary>A message with the number and time that it would have if it were sent now.</summary>
    public AnalysisMessage Number(AnalysisMessage message)
    {
        lock (_lock)
        {
            return message with { Sequence = _messages.Count, Milliseconds = Math.Round(clock.GetElapsedTime(_start).TotalMilliseconds, 1) };
        }
    }

    /// <summary>Numbers a message and gives it to all listeners.</summary>
    public void Send(AnalysisMessage message)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            message = Number(message);
            _messages.Add(message);
            _snapshot = _snapshot.With(message);
            _over |= message.IsLast;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    /// <summary>Messages that were sent from a number on, without waiting.</summary>
    public IReadOnlyList<AnalysisMessage> Sent(int from)
    {
        lock (_lock)
        {
            return _messages[from..];
        }
    }

    /// <summary>All messages from a number on: those that were sent, then each new one, to the last.</summary>
    public async IAsyncEnumerable<AnalysisMessage> ReadAsync(int from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            AnalysisMessage[] batch;
            Task changed;
            lock (_lock)
            {
                int count = Math.Clamp(_messages.Count - from, 0, BatchSize);
                batch = count == 0 ? [] : [.. _messages[from..(from + count)]];
                changed = _changed.Task;
                if (count == 0 && _over)
                {
                    yield break;
                }
            }

            foreach (AnalysisMessage message in batch)
            {
                yield return message;
            }

            from += batch.Length;
            if (batch.Length == 0)
            {
                await changed.WaitAsync(cancellation);
            }
        }
    }

    /// <summary>The state now, and again when it has changed, at most once in <paramref name="pause"/>; the last one is final.</summary>
    public async IAsyncEnumerable<AnalysisSnapshot> WatchAsync(TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int seen = -1;
        while (true)
        {
            AnalysisSnapshot snapshot;
            Task changed;
            bool over;
            lock (_lock)
            {
                (snapshot, changed, over) = (_snapshot, _changed.Task, _over);
            }

            if (snapshot.NextSequence != seen)
            {
                yield return snapshot;
                seen = snapshot.NextSequence;
                if (!over)
                {
                    await Task.Delay(pause, clock, cancellation);
                }
            }
            else if (over)
            {
                yield break;
            }
            else
            {
                await changed.WaitAsync(cancellation);
            }
        }
    }

    /// <summary>Listeners go on in their own time, not in the middle of the sender's work.</summary>
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
