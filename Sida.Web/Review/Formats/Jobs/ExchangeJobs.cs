using System.Threading.Channels;
using Sida.Engine;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>All jobs: what waits, what runs, what is over.</summary>
internal sealed class ExchangeJobs(ExchangeFolder folder, TimeProvider clock)
{
    /// <summary>Jobs of one project that may wait or run.</summary>
    private const int MostOfProject = 5;

    private const int MostWaiting = 50;

    /// <summary>Progress is written to disk no more often.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ExchangeJob> _jobs = [];
    private readonly Dictionary<Guid, CancellationTokenSource> _running = [];
    private readonly Dictionary<Guid, long> _saved = [];
    private readonly Channel<Guid> _queue = Channel.CreateUnbounded<Guid>();

    /// <summary>Told of a project whose jobs changed.</summary>
    public event Action<Guid>? Changed;

    /// <summary>What waits, in order.</summary>
    public ChannelReader<Guid> Queue => _queue.Reader;

    /// <summary>Reads the jobs of an earlier run of the server; what was not over is queued again.</summary>
    public void Load()
    {
        foreach (ExchangeJob job in folder.Load().OrderBy(job => job.CreatedAt))
        {
            ExchangeJob now = job.State == JobState.Running ? job with { State = JobState.Queued } : job;
            lock (_gate)
            {
                _jobs[job.Id] = now;
            }

            if (!now.IsOver)
            {
                _queue.Writer.TryWrite(now.Id);
            }
        }
    }

    /// <summary>Jobs of a project, newest first.</summary>
    public IReadOnlyList<ExchangeJob> List(Guid projectId)
    {
        lock (_gate)
        {
            return [.. _jobs.Values.Where(job => job.ProjectId == projectId).OrderByDescending(job => job.CreatedAt)];
        }
    }

    /// <summary>A job of a project; null where there is none.</summary>
    public ExchangeJob? Find(Guid projectId, Guid id) => Find(id) is { } job && job.ProjectId == projectId ? job : null;

    /// <summary>A job; null where there is none.</summary>
    public ExchangeJob? Find(Guid id)
    {
        lock (_gate)
        {
            return _jobs.GetValueOrDefault(id);
        }
    }

    /// <summary>Refuses one more job where too many wait already.</summary>
    /// <exception cref="BusyException">Too many do.</exception>
    public void CheckRoom(Guid projectId)
    {
        lock (_gate)
        {
            if (_jobs.Values.Count(job => !job.IsOver && job.ProjectId == projectId) >= MostOfProject || _jobs.Values.Count(job => !job.IsOver) >= MostWaiting)
            {
                throw new BusyException("Too many exports, imports and runs of models are waiting. Try again when one of them is done.");
            }
        }
    }

    /// <summary>Queues a job.</summary>
    public void Add(ExchangeJob job)
    {
        folder.Save(job);
        lock (_gate)
        {
            _jobs[job.Id] = job;
        }

        _queue.Writer.TryWrite(job.Id);
        Changed?.Invoke(job.ProjectId);
    }

    /// <summary>Marks a job as running.</summary>
    /// <param name="id">Which.</param>
    /// <param name="server">Ends with the server.</param>
    /// <returns>The job, and what stops it; null when it was stopped before.</returns>
    public (ExchangeJob Job, CancellationToken Stop)? Begin(Guid id, CancellationToken server)
    {
        CancellationToken stop;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out ExchangeJob? job) || job.IsOver)
            {
                return null;
            }

            CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(server);
            _running[id] = source;
            stop = source.Token;
        }

        return (Update(id, job => job with { State = JobState.Running, Problem = null }, save: true)!, stop);
    }

    /// <summary>Changes a job; progress reaches the disk now and then, everything else at once.</summary>
    public ExchangeJob? Update(Guid id, Func<ExchangeJob, ExchangeJob> change, bool save)
    {
        ExchangeJob job;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out ExchangeJob? before))
            {
                return null;
            }

            job = change(before);
            _jobs[id] = job;
            save |= clock.GetElapsedTime(_saved.GetValueOrDefault(id)) >= SaveEvery;
            if (save)
            {
                folder.TrySave(job);
                _saved[id] = clock.GetTimestamp();
            }
        }

        Changed?.Invoke(job.ProjectId);
        return job;
    }

    /// <summary>Ends a job.</summary>
    public void End(Guid id, Func<ExchangeJob, ExchangeJob> result)
    {
        lock (_gate)
        {
            if (_running.Remove(id, out CancellationTokenSource? source))
            {
                source.Dispose();
            }
        }

        Update(id, job => result(job) with { FinishedAt = clock.GetUtcNow() }, save: true);
    }

    /// <summary>The server stops: the job is taken up when it starts again.</summary>
    public void Suspend(Guid id)
    {
        lock (_gate)
        {
            if (_running.Remove(id, out CancellationTokenSource? source))
            {
                source.Dispose();
            }
        }

        Update(id, job => job with { State = JobState.Queued }, save: true);
    }

    /// <summary>Stops a job; what an import has added or a model has answered stays.</summary>
    public void Stop(Guid id)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(id, out CancellationTokenSource? source))
            {
                source.Cancel();
                return;
            }
        }

        Update(id, job => job.IsOver ? job : job with { State = JobState.Stopped, FinishedAt = clock.GetUtcNow() }, save: true);
    }

    /// <summary>Forgets a job that is over, its files included.</summary>
    public void Remove(Guid id)
    {
        Guid project;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out ExchangeJob? job) || !job.IsOver)
            {
                return;
            }

            project = job.ProjectId;
            _jobs.Remove(id);
            _saved.Remove(id);
            folder.Remove(id);
        }

        Changed?.Invoke(project);
    }

    /// <summary>Jobs that were over before a time.</summary>
    public IReadOnlyList<Guid> OverBefore(DateTimeOffset time)
    {
        lock (_gate)
        {
            return [.. _jobs.Values.Where(job => job.IsOver && job.FinishedAt < time).Select(job => job.Id)];
        }
    }
}
