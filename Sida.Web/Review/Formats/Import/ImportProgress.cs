namespace Sida.Web.Review.Formats.Import;

/// <summary>How far an import is, or a run of a model.</summary>
/// <param name="changed">Called after each picture.</param>
internal sealed class ImportProgress(Action<ImportProgress> changed)
{
    /// <summary>Reasons that are kept; the others are only counted.</summary>
    public const int MostReasons = 200;

    private readonly List<string> _leftOut = [];

    /// <summary>About how many pictures there are.</summary>
    public int Total { get; private set; }

    /// <summary>Pictures that became items, or items that were answered.</summary>
    public int Added { get; private set; }

    /// <summary>Pictures that were items already, or items that had this answer.</summary>
    public int Known { get; private set; }

    /// <summary>Files that weren't taken.</summary>
    public int LeftOutCount { get; private set; }

    /// <summary>The first of them, with the reason.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    public void Expect(int total)
    {
        Total = total;
        changed(this);
    }

    public void Add(int added, int known)
    {
        Added += added;
        Known += known;
        changed(this);
    }

    public void PassOver()
    {
        Known++;
        changed(this);
    }

    public void LeaveOut(string reason)
    {
        LeftOutCount++;
        if (_leftOut.Count < MostReasons)
        {
            _leftOut.Add(reason);
        }

        changed(this);
    }
}
