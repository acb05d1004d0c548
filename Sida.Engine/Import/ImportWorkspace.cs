using System.Text.Json;
using System.Text.Json.Serialization;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>
/// The folder beside the target in which a package grows (<c>NAME.partial</c>). It remembers which files are whole, so that the
/// same import run again goes on where it stopped, and it becomes the package by one rename when everything is there.
/// </summary>
internal sealed partial class ImportWorkspace : IDisposable
{
    private const string StateFile = "import-state.json";
    private const string LockFile = ".lock";

    private readonly string _target;
    private readonly FileStream _lock;
    private State _state;

    private ImportWorkspace(string target, string folder, FileStream heldLock, State state)
    {
        _target = target;
        Folder = folder;
        _lock = heldLock;
        _state = state;
    }

    /// <summary>The folder to write to.</summary>
    public string Folder { get; }

    /// <summary>The files that are whole, in the order in which they were made.</summary>
    public IReadOnlyList<PackageFile> Files => [.. _state.Stages.SelectMany(stage => stage.Files)];

    /// <summary>Opens the workspace of a target; goes on with an earlier one of the same fingerprint, else starts afresh.</summary>
    /// <param name="target">The package folder to make.</param>
    /// <param name="fingerprint">Identifies sources and options; when it differs, nothing earlier is reused.</param>
    /// <exception cref="PackageException">The target exists, or another import is writing it.</exception>
    public static ImportWorkspace Open(string target, string fingerprint)
    {
        target = Path.GetFullPath(target).TrimEnd(Path.DirectorySeparatorChar);
        if (Path.Exists(target))
        {
            throw new PackageException($"{target}: exists already. Delete it or choose another --out.");
        }

        string folder = target + ".partial";
        Directory.CreateDirectory(folder);
        FileStream heldLock = Lock(folder);
        State state = ReadState(folder) is { } earlier && earlier.Fingerprint == fingerprint ? earlier : new State(fingerprint, []);
        ImportWorkspace workspace = new(target, folder, heldLock, state);
        workspace.DeleteUnknownFiles();
        return workspace;
    }

    /// <summary>Whether a stage's files are all whole already.</summary>
    public bool Has(string stage) => _state.Stages.Any(made => made.Name == stage);

    /// <summary>Records the files that a stage added to the folder as whole, with their hashes.</summary>
    public async Task AddAsync(string stage, CancellationToken cancellation)
    {
        List<PackageFile> files = [];
        foreach (string path in Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!IsOwn(name) && Files.All(known => known.Name != name))
            {
                files.Add(new PackageFile(name, new FileInfo(path).Length, await FileHash.Sha256Async(path, cancellation)));
            }
        }

        _state = _state with { Stages = [.. _state.Stages, new Stage(stage, files)] };
        await WriteStateAsync(cancellation);
    }

    /// <summary>Writes the manifest and renames the folder to the target.</summary>
    public async Task CompleteAsync(ModelManifest manifest, CancellationToken cancellation)
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder, ModelManifest.FileName), ModelManifestJson.Write(manifest), cancellation);
        File.Delete(Path.Combine(Folder, StateFile));
        _lock.Dispose();
        File.Delete(Path.Combine(Folder, LockFile));
        Directory.Move(Folder, _target);
    }

    /// <summary>Releases the folder for another import; what is whole stays for the next try.</summary>
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, LockFile);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new PackageException($"{folder}: another import is writing here. Wait for it, or choose another --out.", error);
        }
    }

    private static State? ReadState(string folder)
    {
        string path = Path.Combine(folder, StateFile);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StateJson.Default.State);
        }
        catch (JsonException)
        {
            // Cut while being written: the files may be whole, but nothing proves it.
            return null;
        }
    }

    /// <summary>Keeps stages whose files still have their recorded size; everything else was cut short.</summary>
    private void DeleteUnknownFiles()
    {
        _state = _state with { Stages = [.. _state.Stages.Where(stage => stage.Files.All(IsWhole))] };
        foreach (string path in Directory.EnumerateFiles(Folder))
        {
            string name = Path.GetFileName(path);
            if (!IsOwn(name) && Files.All(known => known.Name != name))
            {
                File.Delete(path);
            }
        }
    }

    private bool IsWhole(PackageFile file) => new FileInfo(Path.Combine(Folder, file.Name)) is { Exists: true } info && info.Length == file.Size;

    private static bool IsOwn(string name) => name is StateFile or LockFile;

    private async Task WriteStateAsync(CancellationToken cancellation)
    {
        string path = Path.Combine(Folder, StateFile);
        await File.WriteAllBytesAsync(path + ".new", JsonSerializer.SerializeToUtf8Bytes(_state, StateJson.Default.State), cancellation);
        File.Move(path + ".new", path, overwrite: true);
    }

    private sealed record State(string Fingerprint, IReadOnlyList<Stage> Stages);

    private sealed record Stage(string Name, IReadOnlyList<PackageFile> Files);

    [JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(State))]
    private sealed partial class StateJson : JsonSerializerContext;
}
