using Sida.Engine;
using Sida.Web.Access;

namespace Sida.Web.Review.Formats.Import;

/// <summary>A folder of the server that its operator allowed (Sida:Review:ImportFolders). Links are not followed.</summary>
internal sealed class FolderImportSource : IImportSource
{
    private readonly string _root;
    private readonly ImportBudget _budget;
    private readonly HashSet<string> _files;

    /// <summary>Lists a folder.</summary>
    /// <exception cref="RequestException">It isn't there.</exception>
    /// <exception cref="LimitException">It holds too many files.</exception>
    public FolderImportSource(string folder, string name, ImportBudget budget)
    {
        (_root, Name, _budget) = (Path.GetFullPath(folder), name, budget);
        if (!Directory.Exists(_root))
        {
            throw new RequestException($"The folder \"{name}\" is not there any more. Tell the server's operator.");
        }

        EnumerationOptions everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System, IgnoreInaccessible = true };
        List<string> files = [.. Directory.EnumerateFiles(_root, "*", everything)
            .Select(path => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !EntryName.IsClutter(path))
            .Take(IImportSource.MostFiles + 1)];
        if (files.Count > IImportSource.MostFiles)
        {
            throw new LimitException($"The folder \"{name}\" has more than {IImportSource.MostFiles} files. Divide it.", isSize: true);
        }

        files.Sort(StringComparer.Ordinal);
        Files = files;
        _files = [.. files];
    }

    public string Name { get; }

    public IReadOnlyList<string> Files { get; }

    public bool Contains(string path) => _files.Contains(path);

    public Stream Open(string path, long mostBytes) => _files.Contains(path)
        ? new CountedStream(new FileStream(Path.Combine(_root, path), FileMode.Open, FileAccess.Read, FileShare.Read), path, mostBytes, _budget.Use)
        : throw new ArgumentException("Not one of the folder's files.", nameof(path));

    public void Dispose()
    {
    }
}
