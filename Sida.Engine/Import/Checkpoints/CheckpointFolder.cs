namespace Sida.Engine.Import.Checkpoints;

/// <summary>
/// A checkpoint's folder. Names of files inside come from an index that a stranger wrote, so every name goes through here: it must be
/// a plain file name, and a link must not lead out of the folder.
/// </summary>
internal sealed class CheckpointFolder
{
    private const int MaxLinks = 40;

    private readonly string? _blobs;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">Path as the user gave it; may itself be a link.</param>
    /// <exception cref="CheckpointException">There is no such folder.</exception>
    public CheckpointFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"{folder}: there is no such folder; give the folder of the downloaded checkpoint.");
        }

        Path = RealPath(System.IO.Path.GetFullPath(folder));

        // The hub's own download cache keeps .../snapshots/<revision>/<file> as links to .../blobs/<hash>: the one place where a link may
        // leave the folder.
        string? parent = System.IO.Path.GetDirectoryName(Path);
        if (System.IO.Path.GetFileName(parent) == "snapshots")
        {
            _blobs = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(parent)!, "blobs");
        }
    }

    /// <summary>The folder's real path, free of links.</summary>
    public string Path { get; }

    /// <summary>True when the folder has that file.</summary>
    public bool Has(string name) => File.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>The real path of a file in the folder.</summary>
    /// <param name="name">Plain file name.</param>
    /// <param name="origin">The file that names it, for messages.</param>
    /// <exception cref="CheckpointException">The name isn't plain, the file is missing, or a link leads out of the folder.</exception>
    public string Resolve(string name, string origin)
    {
        CheckName(name, origin);
        string path = System.IO.Path.Combine(Path, name);
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{origin}: {name} is missing in {Path}; download it too.");
        }

        string real = RealPath(path);
        string? parent = System.IO.Path.GetDirectoryName(real);
        if (parent != Path && (_blobs is null || parent != _blobs))
        {
            throw new CheckpointException($"{origin}: {name} is a link that leads out of the folder; copy the file itself into {Path}.");
        }

        return real;
    }

    /// <summary>Refuses any name that isn't that of a file directly in the folder.</summary>
    /// <exception cref="CheckpointException">It has a separator, a control character, or is no name at all.</exception>
    public static void CheckName(string name, string origin)
    {
        if (!IsPlainFileName(name))
        {
            throw new CheckpointException($"{origin}: names the file {Quote(name)}, which isn't a plain name inside the folder; refused.");
        }
    }

    /// <summary>A stranger's text, safe to show in one line of a message.</summary>
    public static string Quote(string text)
    {
        string shown = text.Length > 100 ? string.Concat(text.AsSpan(0, 100), "...") : text;
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + "'";
    }

    private static bool IsPlainFileName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Any(char.IsControl);

    /// <summary>The path with every link on the way resolved, as the system would walk it.</summary>
    private static string RealPath(string path)
    {
        for (int links = 0; links < MaxLinks; links++)
        {
            string root = System.IO.Path.GetPathRoot(path)!;
            string[] steps = path[root.Length..].Split(
                [System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
            string walked = root;
            int step = 0;
            string? target = null;
            for (; step < steps.Length && target is null; step++)
            {
                string next = System.IO.Path.Combine(walked, steps[step]);
                target = new FileInfo(next).LinkTarget;
                walked = target is null ? next : walked;
            }

            if (target is null)
            {
                return walked;
            }

            path = System.IO.Path.GetFullPath(System.IO.Path.Combine([walked, target, .. steps[step..]]));
        }

        throw new CheckpointException($"{path}: too many links one after the other; give the real folder.");
    }
}
