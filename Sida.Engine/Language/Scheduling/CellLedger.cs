namespace Sida.Engine.Language.Scheduling;

/// <summary>
/// Counts the cells of the KV cache: a cell is used as long as at least one sequence holds it, exactly as in llama.cpp, so room is
/// known before a step is tried. The numbers of cells are ours, not llama.cpp's.
/// </summary>
internal sealed class CellLedger
{
    private readonly int[] _references;
    private readonly Stack<int> _free;

    public CellLedger(int cells)
    {
        _references = new int[cells];
        _free = new Stack<int>(Enumerable.Range(0, cells));
    }

    public int Total => _references.Length;

    public int Free => _free.Count;

    /// <summary>Uses a free cell.</summary>
    public int Take()
    {
        int cell = _free.Pop();
        _references[cell] = 1;
        return cell;
    }

    /// <summary>One more sequence holds a used cell.</summary>
    public void Share(int cell) => _references[cell]++;

    /// <summary>One sequence less holds it.</summary>
    public void Release(int cell)
    {
        if (--_references[cell] == 0)
        {
            _free.Push(cell);
        }
    }
}
