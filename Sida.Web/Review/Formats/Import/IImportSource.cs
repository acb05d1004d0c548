namespace Sida.Web.Review.Formats.Import;

/// <summary>Files that somebody brings: a zip or a folder. Names are checked, sizes are counted while they are read.</summary>
internal interface IImportSource : IDisposable
{
    /// <summary>The most files that are looked at.</summary>
    const int MostFiles = 200_000;

    /// <summary>What it is called in source keys: a name that the same files have the next time too.</summary>
    string Name { get; }

    /// <summary>Paths of all files, with slashes.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Whether there is such a file.</summary>
    bool Contains(string path);

    /// <summary>Opens a file.</summary>
    /// <param name="path">One of <see cref="Files"/>.</param>
    /// <param name="mostBytes">Reading more than that fails.</param>
    Stream Open(string path, long mostBytes);
}
