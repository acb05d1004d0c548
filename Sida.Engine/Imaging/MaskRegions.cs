namespace Sida.Engine.Imaging;

/// <summary>Which marked pixels hang together by their sides. Found over runs of pixels, joined as trees.</summary>
internal sealed class MaskRegions
{
    private readonly List<(int Start, int End)> _runs = [];
    private readonly List<int> _parents = [];
    private readonly int[] _firstOfRow;

    private MaskRegions(int height) => _firstOfRow = new int[height + 1];

    /// <summary>Finds them.</summary>
    public static MaskRegions Find(BinaryMask mask)
    {
        MaskRegions regions = new(mask.Height);
        for (int y = 0; y < mask.Height; y++)
        {
            regions._firstOfRow[y] = regions._runs.Count;
            regions.AddRow(mask.Row(y), y);
        }

        regions._firstOfRow[mask.Height] = regions._runs.Count;
        return regions;
    }

    /// <summary>A number for the region of a marked pixel, the same for all its pixels.</summary>
    public int At(int x, int y)
    {
        (int low, int high) = (_firstOfRow[y], _firstOfRow[y + 1] - 1);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _runs[middle].Start <= x ? (middle, high) : (low, middle - 1);
        }

        return Root(low);
    }

    private void AddRow(ReadOnlySpan<byte> row, int y)
    {
        int above = y == 0 ? 0 : _firstOfRow[y - 1];
        int endAbove = _firstOfRow[y];
        for (int start = row.IndexOf((byte)1); start >= 0;)
        {
            int length = row[start..].IndexOf((byte)0);
            int end = length < 0 ? row.Length : start + length;
            int run = _runs.Count;
            _runs.Add((start, end));
            _parents.Add(run);
            while (above < endAbove && _runs[above].End <= start)
            {
                above++;
            }

            for (int other = above; other < endAbove && _runs[other].Start < end; other++)
            {
                Join(other, run);
            }

            int next = row[end..].IndexOf((byte)1);
            start = next < 0 ? -1 : end + next;
        }
    }

    private void Join(int a, int b)
    {
        (int first, int second) = (Root(a), Root(b));
        (int low, int high) = first < second ? (first, second) : (second, first);
        _parents[high] = low;
    }

    private int Root(int run)
    {
        while (_parents[run] != run)
        {
            _parents[run] = _parents[_parents[run]];
            run = _parents[run];
        }

        return run;
    }
}
