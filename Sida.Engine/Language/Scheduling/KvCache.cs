using Sida.Engine.Language.Interop;

namespace Sida.Engine.Language.Scheduling;

/// <summary>
/// Who holds which positions of the KV cache. A request gets a sequence that begins with the longest prefix any sequence has in common
/// with it; the cells of that prefix are shared, not copied. Sequences of finished requests stay until their room is needed, the
/// least recently used go first. Used by the scheduler's thread only.
/// </summary>
internal sealed class KvCache
{
    private readonly LlamaContext _context;
    private readonly int _idleBudget;
    private readonly List<CachedSequence> _sequences = [];
    private readonly Stack<int> _freeIds;
    private CellLedger _cells;
    private long _clock;

    /// <param name="context">The context, empty.</param>
    /// <param name="sequences">Sequences that it knows.</param>
    /// <param name="idleBudget">Most cells that only idle sequences may hold.</param>
    public KvCache(LlamaContext context, int sequences, int idleBudget)
    {
        _context = context;
        _idleBudget = idleBudget;
        _freeIds = new Stack<int>(Enumerable.Range(0, sequences).Reverse());
        _cells = new CellLedger(context.Cells);
    }

    /// <summary>Cells in use or kept.</summary>
    public int UsedCells => _cells.Total - _cells.Free;

    /// <summary>Sequences that are kept for later.</summary>
    public int IdleSequences => _sequences.Count(sequence => !sequence.IsBusy);

    /// <summary>Finds room for a request.</summary>
    /// <param name="keys">Its positions.</param>
    /// <param name="mostReused">Positions that may come from the cache.</param>
    /// <param name="states">Positions, ascending, whose hidden states are needed as well.</param>
    /// <param name="positions">Positions that it may reach, at most the size of the cache.</param>
    /// <returns>A sequence that holds the reused prefix, or null if running requests hold too much for now.</returns>
    public CachedSequence? TryRent(ReadOnlySpan<PositionKey> keys, int mostReused, IReadOnlyList<int> states, int positions)
    {
        (CachedSequence? source, int reused) = LongestPrefix(keys, mostReused, states);
        int needed = positions - reused;
        if (!Fits(source, reused, needed))
        {
            return null;
        }

        while (Available < needed && EvictOldest(source))
        {
        }

        bool takesOver = source is { IsBusy: false } && (reused == source.Length || Available < needed || !FindId(source));
        CachedSequence sequence = takesOver ? source! : New(source);
        if (takesOver)
        {
            Truncate(sequence, reused);
        }
        else if (reused > 0)
        {
            Share(source!, sequence, reused);
        }

        sequence.IsBusy = true;
        sequence.Reserved = needed;
        return sequence;
    }

    /// <summary>Records a position that a step has put into the cache.</summary>
    public void Append(CachedSequence sequence, PositionKey key)
    {
        sequence.Keys.Add(key);
        sequence.Cells.Add(_cells.Take());
        sequence.Reserved--;
    }

    /// <summary>A request is done with its sequence, which is kept as long as there is room.</summary>
    public void Return(CachedSequence sequence)
    {
        sequence.IsBusy = false;
        sequence.Reserved = 0;
        sequence.LastUsed = ++_clock;
        if (sequence.Length == 0)
        {
            Evict(sequence);
        }

        while (UsedCells - BusyCells().Count > _idleBudget && EvictOldest(null))
        {
        }
    }

    /// <summary>Gives up a sequence whose cells can't be trusted.</summary>
    public void Discard(CachedSequence sequence) => Evict(sequence);

    /// <summary>Forgets everything, the numbers in the cells included; no request may be running.</summary>
    public void Clear()
    {
        foreach (CachedSequence sequence in _sequences)
        {
            _freeIds.Push(sequence.Id);
        }

        _sequences.Clear();
        _cells = new CellLedger(_cells.Total);
        _context.Clear();
    }

    /// <summary>Free cells that nobody has reserved.</summary>
    private int Available => _cells.Free - Reserved;

    private int Reserved => _sequences.Sum(sequence => sequence.Reserved);

    private (CachedSequence? Source, int Reused) LongestPrefix(ReadOnlySpan<PositionKey> keys, int mostReused, IReadOnlyList<int> states)
    {
        CachedSequence? best = null;
        int longest = 0;
        foreach (CachedSequence sequence in _sequences)
        {
            int common = sequence.CommonPrefix(keys, mostReused);
            foreach (int position in states)
            {
                if (position >= common)
                {
                    break;
                }

                if (!sequence.States.ContainsKey(position))
                {
                    common = position;
                }
            }

            // Of equal ones, the one that can be taken over whole costs nothing.
            bool better = common > longest || (common == longest && common > 0 && !sequence.IsBusy && sequence.Length == common);
            (best, longest) = better ? (sequence, common) : (best, longest);
        }

        return (best, longest);
    }

    /// <summary>Whether the room would suffice if every idle sequence were given up, except the prefix.</summary>
    private bool Fits(CachedSequence? source, int reused, int needed)
    {
        HashSet<int> held = BusyCells();
        held.UnionWith(source?.Cells.Take(reused) ?? []);
        return _cells.Total - held.Count - Reserved >= needed;
    }

    /// <summary>Makes sure that a sequence number is free, without giving up the source.</summary>
    private bool FindId(CachedSequence source) => _freeIds.Count > 0 || EvictOldest(source);

    private CachedSequence New(CachedSequence? source)
    {
        // There are more numbers than running requests, so an idle sequence can be given up.
        if (_freeIds.Count == 0)
        {
            EvictOldest(source);
        }

        CachedSequence sequence = new(_freeIds.Pop());
        _sequences.Add(sequence);
        return sequence;
    }

    private void Share(CachedSequence source, CachedSequence target, int count)
    {
        _context.CopySequence(source.Id, target.Id, count);
        target.Keys.AddRange(source.Keys.Take(count));
        target.Cells.AddRange(source.Cells.Take(count));
        target.Cells.ForEach(_cells.Share);
        foreach ((int position, float[] state) in source.States)
        {
            if (position < count)
            {
                target.States[position] = state;
            }
        }
    }

    private void Truncate(CachedSequence sequence, int length)
    {
        if (length == sequence.Length)
        {
            return;
        }

        _context.RemoveSequence(sequence.Id, length);
        sequence.Cells.Skip(length).ToList().ForEach(_cells.Release);
        sequence.Cells.RemoveRange(length, sequence.Cells.Count - length);
        sequence.Keys.RemoveRange(length, sequence.Keys.Count - length);
        foreach (int position in sequence.States.Keys.Where(position => position >= length).ToList())
        {
            sequence.States.Remove(position);
        }
    }

    private bool EvictOldest(CachedSequence? except)
    {
        CachedSequence? oldest = _sequences.Where(sequence => !sequence.IsBusy && sequence != except).MinBy(sequence => sequence.LastUsed);
        if (oldest is not null)
        {
            Evict(oldest);
        }

        return oldest is not null;
    }

    private void Evict(CachedSequence sequence)
    {
        _context.RemoveSequence(sequence.Id);
        sequence.Cells.ForEach(_cells.Release);
        _sequences.Remove(sequence);
        _freeIds.Push(sequence.Id);
    }

    /// <summary>The cells that running requests hold.</summary>
    private HashSet<int> BusyCells()
    {
        HashSet<int> cells = [];
        foreach (CachedSequence sequence in _sequences.Where(sequence => sequence.IsBusy))
        {
            cells.UnionWith(sequence.Cells);
        }

        return cells;
    }
}
