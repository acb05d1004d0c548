using Sida.Engine.Import.Checkpoints.PyTorch;
using Sida.Engine.Import.Checkpoints.Safetensors;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>The containers of published checkpoints.</summary>
internal enum CheckpointFormat
{
    /// <summary>`*.safetensors`.</summary>
    Safetensors,

    /// <summary>`pytorch_model*.bin`: a zip archive of a pickle and raw storages.</summary>
    PyTorch,
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Path">Its real path, links followed.</param>
/// <param name="ByteCount">Its size.</param>
internal sealed record CheckpointFile(string Name, string Path, long ByteCount)
{
    /// <summary>Finds a file of the folder.</summary>
    /// <exception cref="CheckpointException">Missing, or a link that leads out of the folder.</exception>
    public static CheckpointFile Describe(CheckpointFolder folder, string name)
    {
        string path = folder.Resolve(name, name);
        return new CheckpointFile(name, path, new FileInfo(path).Length);
    }
}

/// <summary>The weights of a HuggingFace model folder, single or sharded, in whichever container it has.</summary>
internal sealed class Checkpoint : ITensorSource
{
    private readonly ITensorSource _source;

    private Checkpoint(CheckpointFormat format, string folder, IReadOnlyList<CheckpointFile> files, ITensorSource source)
    {
        Format = format;
        Folder = folder;
        Files = files;
        _source = source;
    }

    /// <summary>Which container was taken.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>The folder's real path.</summary>
    public string Folder { get; }

    /// <summary>The files read, the index first when there is one.</summary>
    public IReadOnlyList<CheckpointFile> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _source.Tensors;

    /// <summary>
    /// Opens a folder's weights. Safetensors are preferred when both containers are complete, since they need no pickle; a single file is
    /// preferred over an index beside it, as transformers does.
    /// </summary>
    /// <param name="folder">The downloaded checkpoint.</param>
    /// <exception cref="CheckpointException">No complete set of weights, or a damaged or hostile file.</exception>
    public static Checkpoint Open(string folder)
    {
        var place = new CheckpointFolder(folder);
        CheckpointLayout layout = CheckpointLayout.Choose(place);
        Func<string, ITensorSource> open = layout.Format switch
        {
            CheckpointFormat.Safetensors => SafetensorsFile.Open,
            CheckpointFormat.PyTorch => PyTorchFile.Open,
            _ => throw new InvalidOperationException($"Container {layout.Format} has no reader."),
        };
        CheckpointFile[] files = [.. layout.Files.Select(file => CheckpointFile.Describe(place, file))];
        ITensorSource source = layout.Index is null
            ? open(files[0].Path)
            : ShardedCheckpoint.Open(place, layout.Index, open);
        return new Checkpoint(layout.Format, place.Path, files, source);
    }

    /// <inheritdoc/>
    public void CopyBytes(string name, long offset, Span<byte> destination) => _source.CopyBytes(name, offset, destination);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
