namespace Sida.Engine.Language.Scheduling;

/// <summary>One sequence in the KV cache, in use or kept for later.</summary>
/// <param name="id">llama.cpp's number of it.</param>
internal sealed class CachedSequence(int id)
{
    /// <summary>llama.cpp's number.</summary>
    public int Id { get; } = id;

    /// <summary>What stands at each position that is in the cache.</summary>
    public List<PositionKey> Keys { get; } = [];

    /// <summary>The ledger's cell of each position.</summary>
    public List<int> Cells { get; } = [];

    /// <summary>Hidden states (H) that predict tokens of interest, by the predicting position, so that a cached prefix still has them.</summary>
    public Dictionary<int, float[]> States { get; } = [];

    public int Length => Keys.Count;

    /// <summary>A request is working on it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Cells that the request may still take.</summary>
    public int Reserved { get; set; }

    /// <summary>When it was last used; larger is later.</summary>
    public long LastUsed { get; set; }

    /// <summary>Positions that agree with a prompt from the start, at most <paramref name="most"/>.</summary>
    public int CommonPrefix(ReadOnlySpan<PositionKey> keys, int most)
    {
        int limit = Math.Min(most, Math.Min(Length, keys.Length));
        int common = 0;
        while (common < limit && Keys[common] == keys[common])
        {
            common++;
        }

        return common;
    }
}
