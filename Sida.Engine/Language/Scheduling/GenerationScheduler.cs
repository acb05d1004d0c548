using System.Diagnostics;
using Sida.Engine.Language.Interop;

namespace Sida.Engine.Language.Scheduling;

/// <summary>How busy a model is.</summary>
/// <param name="Running">Requests worked on.</param>
/// <param name="Queued">Requests waiting.</param>
/// <param name="UsedCells">Positions of the KV cache that are in use or kept for later.</param>
/// <param name="Cells">Positions in all.</param>
/// <param name="IdleSequences">Finished sequences that are kept for later.</param>
/// <param name="Steps">Steps computed since the start.</param>
internal sealed record SchedulerState(int Running, int Queued, int UsedCells, int Cells, int IdleSequences, long Steps);

/// <summary>
/// Serves all requests of one model from one thread: admits them in the order of arrival, computes one step for all of them at a time
/// (continuous batching), and hands the results out. The native context belongs to this thread.
/// </summary>
internal sealed class GenerationScheduler : IDisposable
{
    private readonly object _gate = new();
    private readonly LlamaContext _context;
    private readonly LanguageModelOptions _options;
    private readonly KvCache _cache;
    private readonly LlamaStep _step;
    private readonly PrefillPace _pace;
    private readonly StepPlanner _planner;
    private readonly List<GenerationJob> _running = [];
    private readonly LinkedList<GenerationJob> _queue = [];
    private readonly Thread _thread;
    private GenerationJob[] _inStep = [];
    private Exception? _fault;
    private GenerationJob? _blocked;
    private bool _stopping;
    private int _threads;
    private int _threadsInUse;
    private SchedulerState _state;

    /// <summary>Starts serving; takes the context over.</summary>
    public GenerationScheduler(LlamaContext context, LanguageModelOptions options, LlamaContextOptions sizes)
    {
        _context = context;
        _options = options;
        _cache = new KvCache(context, sizes.Sequences, options.CachedSequences == 0 ? 0 : context.Cells);
        _step = context.NewStep();
        _pace = new PrefillPace(_step.Capacity);
        _planner = new StepPlanner(_step, sizes.OutputsMax, _pace);
        _threads = sizes.Threads;
        _threadsInUse = sizes.Threads;
        _state = new SchedulerState(0, 0, 0, context.Cells, 0, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "Language model" };
        _thread.Start();
    }

    /// <summary>How busy the model was after the last step.</summary>
    public SchedulerState State
    {
        get
        {
            lock (_gate)
            {
                return _state with { Queued = _queue.Count };
            }
        }
    }

    /// <summary>Processor threads of the next step and later ones.</summary>
    public int Threads
    {
        get => Volatile.Read(ref _threads);
        set => Volatile.Write(ref _threads, value);
    }

    /// <summary>Puts a request in the queue.</summary>
    /// <exception cref="BusyException">The queue is full, or the model is being unloaded.</exception>
    /// <exception cref="NativeRuntimeException">The scheduler has failed before.</exception>
    public void Submit(GenerationJob job)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                throw Unloaded();
            }

            if (_fault is not null)
            {
                throw new NativeRuntimeException($"The language model has stopped after an error ({_fault.Message}). Load it again.", _fault);
            }

            if (_queue.Count >= _options.MaxQueued && (_queue.Count > 0 || _state.Running >= _options.MaxConcurrent))
            {
                throw new BusyException($"{_queue.Count} requests are waiting for this model already, which is its limit. Try again later.");
            }

            job.ReportQueued(_queue.Count);
            _queue.AddLast(job);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Gives a request up: its step is stopped if nobody else is in it, and its place is free before the next.</summary>
    public void Cancel(GenerationJob job)
    {
        lock (_gate)
        {
            job.Cancel();
            if (_inStep.Length > 0 && Array.TrueForAll(_inStep, other => other.IsCancelled))
            {
                _context.AbortStep();
            }

            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Stops after the running step, which is cut short on the processor; requests that aren't finished fail.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _context.AbortStep();
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _context.Dispose();
    }

    private static BusyException Unloaded() => new("The model is being unloaded. Send the request again.");

    private void Run()
    {
        try
        {
            while (WaitForWork())
            {
                ComputeStep();
            }

            FailAll(Unloaded());
        }
        catch (Exception error)
        {
            // The end of the thread: whatever happened, nobody may be left waiting, and later requests are told.
            lock (_gate)
            {
                _fault = error;
            }

            FailAll(new NativeRuntimeException($"The language model stopped after an error ({error.Message}). Load it again.", error));
        }
    }

    /// <summary>Drops cancelled requests, admits new ones, and waits while there are none. False when it is time to stop.</summary>
    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_stopping)
                {
                    return false;
                }

                DropCancelled();
                Admit();
                UpdateState(0);
                if (_running.Count > 0)
                {
                    _planner.Plan(_running);
                    _inStep = [.. _planner.Fed.Select(fed => fed.Job)];
                    _context.AllowSteps();
                    return true;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    private void DropCancelled()
    {
        for (LinkedListNode<GenerationJob>? node = _queue.First; node is not null;)
        {
            LinkedListNode<GenerationJob>? next = node.Next;
            if (node.Value.IsCancelled)
            {
                node.Value.Complete();
                _queue.Remove(node);
            }

            node = next;
        }

        foreach (GenerationJob job in _running.Where(job => job.IsCancelled).ToList())
        {
            End(job);
        }
    }

    private void Admit()
    {
        while (_queue.First is { } first && _running.Count < _options.MaxConcurrent && first.Value != _blocked)
        {
            GenerationJob job = first.Value;
            CachedSequence? sequence = _cache.TryRent(job.Layout.Keys[..job.FeedLength], job.MostReused, job.StatePositions, job.MaxLength);
            if (sequence is null)
            {
                // Not asked again before somebody gives room back; those behind it wait too, so that large requests aren't starved.
                _blocked = job;
                break;
            }

            _queue.RemoveFirst();
            job.Start(sequence);
            _running.Add(job);
            if (job.IsFinished)
            {
                End(job);
            }
        }

        int position = 0;
        foreach (GenerationJob job in _queue)
        {
            job.ReportQueued(position++);
        }
    }

    private void ComputeStep()
    {
        long start = Stopwatch.GetTimestamp();
        int threads = Threads;
        if (threads != _threadsInUse)
        {
            _context.SetThreads(threads);
            _threadsInUse = threads;
        }

        bool done = false;
        try
        {
            done = _context.Decode(_step);
            lock (_gate)
            {
                _inStep = [];
            }

            if (done)
            {
                HandOut();
            }
        }
        catch (NativeRuntimeException error)
        {
            GiveUp(error);
        }

        if (done && _planner.HasPrefill)
        {
            _pace.Record(_step.Count, Stopwatch.GetElapsedTime(start));
        }

        UpdateState(1);
    }

    private void HandOut()
    {
        foreach ((GenerationJob job, int count) in _planner.Fed)
        {
            for (int index = 0; index < count; index++)
            {
                _cache.Append(job.Sequence!, job.KeyAt(job.Next));
            }
        }

        foreach (PlannedOutput output in _planner.Outputs)
        {
            output.Job.Receive(output.Position, _context.Hidden(output.Row), _context.Logits(output.Row));
        }

        foreach ((GenerationJob job, int _) in _planner.Fed)
        {
            job.FinishStep();
            if (job.IsFinished)
            {
                End(job);
            }
        }
    }

    /// <summary>
    /// After an error in a step nothing in the cache can be trusted: a NaN in a shared cell spreads to every sequence, since attention
    /// multiplies masked values by zero. All running requests fail; those in the queue start afresh.
    /// </summary>
    private void GiveUp(NativeRuntimeException error)
    {
        lock (_gate)
        {
            _inStep = [];
        }

        foreach (GenerationJob job in _running)
        {
            job.Complete(job.IsFinished ? null : error);
        }

        _running.Clear();
        _cache.Clear();
        _blocked = null;
    }

    private void End(GenerationJob job)
    {
        job.Complete();
        _cache.Return(job.Sequence!);
        _running.Remove(job);
        _blocked = null;
    }

    private void FailAll(Exception error)
    {
        lock (_gate)
        {
            foreach (GenerationJob job in _running.Concat(_queue))
            {
                job.Complete(error);
            }

            _running.Clear();
            _queue.Clear();
        }
    }

    private void UpdateState(int steps)
    {
        lock (_gate)
        {
            _state = new SchedulerState(
                _running.Count, _queue.Count, _cache.UsedCells, _context.Cells, _cache.IdleSequences, _state.Steps + steps);
        }
    }
}
