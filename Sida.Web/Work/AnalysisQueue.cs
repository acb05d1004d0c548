using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;

namespace Sida.Web.Work;

/// <summary>
/// Decides what runs when: so many at once, no more than its share for one owner, the rest in order of arrival with its place told.
/// A place is reserved before anything is stored, so a refused request leaves nothing behind.
/// </summary>
internal sealed class AnalysisQueue(IOptions<WorkOptions> options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<AnalysisRun> _waiting = [];
    private readonly List<AnalysisRun> _running = [];
    private readonly Dictionary<Guid, int> _byOwner = [];
    private int _reserved;
    private bool _closed;

    /// <summary>Analyses that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Analyses that run.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Takes places for an owner's new analyses.</summary>
    /// <exception cref="LimitException">The owner has as many as are allowed.</exception>
    /// <exception cref="BusyException">The queue is full, or the server is about to stop.</exception>
    public void Reserve(Guid owner, int count)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new BusyException("The server is about to restart. Ask again in a minute.");
            }

            WorkOptions limits = options.Value;
            int mine = _byOwner.GetValueOrDefault(owner);
            if (mine + count > limits.MaxPerOwner)
            {
                throw new LimitException($"You have {mine} analyses that wait or run; {limits.MaxPerOwner} are allowed (Sida:Work:MaxPerOwner). Wait until some are done, or stop them.");
            }

            int room = limits.MaxRunning + limits.MaxQueued - _running.Count - _waiting.Count - _reserved;
            if (count > room)
            {
                throw new BusyException($"The queue is full: {_waiting.Count} analyses wait (Sida:Work:MaxQueued is {limits.MaxQueued}). Ask again in a moment.");
            }

            _byOwner[owner] = mine + count;
            _reserved += count;
        }
    }

    /// <summary>Gives places back that were reserved but will not be used.</summary>
    public void Release(Guid owner, int count)
    {
        lock (_lock)
        {
            _reserved -= count;
            Forget(owner, count);
        }
    }

    /// <summary>Puts an analysis into its reserved place.</summary>
    /// <returns>The analyses whose turn it is now: the caller runs them.</returns>
    public IReadOnlyList<AnalysisRun> Enqueue(AnalysisRun run)
    {
        lock (_lock)
        {
            _reserved--;
            _waiting.AddLast(run);
            return TakeNext();
        }
    }

    /// <summary>Says that an analysis is over, whether it ran or still waited.</summary>
    /// <returns>The analyses whose turn it is now: the caller runs them.</returns>
    public IReadOnlyList<AnalysisRun> Leave(AnalysisRun run)
    {
        lock (_lock)
        {
            if (_running.Remove(run) || _waiting.Remove(run))
            {
                Forget(run.OwnerId, 1);
            }

            return TakeNext();
        }
    }

    /// <summary>Takes a waiting analysis out, so that it never runs.</summary>
    /// <returns>Whether it still waited.</returns>
    public bool TryTakeOut(AnalysisRun run)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(run))
            {
                return false;
            }

            // From here on it counts as running, until it has been recorded as over and leaves.
            _running.Add(run);
            TellPlaces();
            return true;
        }
    }

    /// <summary>Lets nothing in and nothing start any more.</summary>
    /// <returns>What waited: it will not run.</returns>
    public IReadOnlyList<AnalysisRun> Close()
    {
        lock (_lock)
        {
            _closed = true;
            List<AnalysisRun> left = [.. _waiting];
            _waiting.Clear();
            _running.AddRange(left);
            return left;
        }
    }

    private List<AnalysisRun> TakeNext()
    {
        List<AnalysisRun> next = [];
        while (!_closed && _running.Count < options.Value.MaxRunning && FindNext() is { } run)
        {
            _waiting.Remove(run);
            _running.Add(run);
            next.Add(run);
        }

        TellPlaces();
        return next;
    }

    /// <summary>The first that waits whose owner has not used up its share.</summary>
    private AnalysisRun? FindNext() =>
        _waiting.FirstOrDefault(run => _running.Count(other => other.OwnerId == run.OwnerId) < options.Value.MaxRunningPerOwner);

    private void TellPlaces()
    {
        int position = 0;
        foreach (AnalysisRun run in _waiting)
        {
            position++;
            if (run.Snapshot.QueuePosition != position)
            {
                run.Send(new QueuedMessage { Position = position });
            }
        }
    }

    private void Forget(Guid owner, int count)
    {
        if ((_byOwner[owner] -= count) == 0)
        {
            _byOwner.Remove(owner);
        }
    }
}
