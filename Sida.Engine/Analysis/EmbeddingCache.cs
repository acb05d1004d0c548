namespace Sida.Engine.Analysis;

/// <summary>
/// Tensors by the hash of their picture, within a memory budget; the least recently used leave first. Requests for the same
/// picture at the same time share one computation, which is cancelled when the last of them has gone.
/// </summary>
internal sealed class EmbeddingCache(long budgetBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = [];
    private long _bytes;

    /// <summary>Bytes held by finished computations.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The tensors of a picture, computed when they are not here yet.</summary>
    /// <param name="key">Hash of the picture.</param>
    /// <param name="compute">Computes the tensors; runs on the thread pool.</param>
    /// <param name="cancellation">Stops waiting, and the computation when nobody else waits for it.</param>
    public async Task<float[][]> GetAsync(string key, Func<CancellationToken, Task<float[][]>> compute, CancellationToken cancellation)
    {
        Entry entry = Join(key, compute);
        try
        {
            return await entry.Tensors.WaitAsync(cancellation);
        }
        finally
        {
            Leave(entry);
        }
    }

    private Entry Join(string key, Func<CancellationToken, Task<float[][]>> compute)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node) && !node.Value.Abandoned.IsCancellationRequested)
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
                node.Value.Waiting++;
                return node.Value;
            }

            Entry entry = new(key, compute) { Waiting = 1 };
            _entries[key] = _recent.AddFirst(entry);
            return entry;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_gate)
        {
            entry.Waiting--;
            if (!entry.Tensors.IsCompleted)
            {
                if (entry.Waiting == 0)
                {
                    entry.Abandoned.Cancel();
                    Remove(entry);
                }

                return;
            }

            if (!entry.Tensors.IsCompletedSuccessfully)
            {
                // Whoever waited was told; the next request tries again.
                Remove(entry);
            }
            else if (!entry.Counted && IsHeld(entry))
            {
                entry.Counted = true;
                _bytes += entry.Bytes;
                Trim();
            }
        }
    }

    private void Trim()
    {
        for (LinkedListNode<Entry>? node = _recent.Last; node is not null && _bytes > budgetBytes;)
        {
            LinkedListNode<Entry>? previous = node.Previous;
            if (node.Value.Counted)
            {
                Remove(node.Value);
            }

            node = previous;
        }
    }

    private bool IsHeld(Entry entry) => _entries.TryGetValue(entry.Key, out LinkedListNode<Entry>? node) && node.Value == entry;

    private void Remove(Entry entry)
    {
        if (IsHeld(entry))
        {
            _recent.Remove(_entries[entry.Key]);
            _entries.Remove(entry.Key);
            _bytes -= entry.Counted ? entry.Bytes : 0;
        }
    }

    private sealed class Entry
    {
        public Entry(string key, Func<CancellationToken, Task<float[][]>> compute)
        {
            Key = key;
            CancellationToken abandoned = Abandoned.Token;
            Tensors = Task.Run(() => compute(abandoned), abandoned);
        }

        public string Key { get; }

        public Task<float[][]> Tensors { get; }

        public CancellationTokenSource Abandoned { get; } = new();

        public int Waiting { get; set; }

        public bool Counted { get; set; }

        public long Bytes => Tensors.Result.Sum(tensor => (long)tensor.Length * sizeof(float));
    }
}
