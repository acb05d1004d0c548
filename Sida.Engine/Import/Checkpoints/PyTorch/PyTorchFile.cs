namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>
/// One `pytorch_model*.bin`: a zip archive with a pickle of the state dict (`data.pkl`) and one raw file for each storage (`data/0`,
/// `data/1`, ...), as torch.save writes since 1.6.
/// </summary>
internal sealed class PyTorchFile : ITensorSource
{
    private const string PickleName = "/data.pkl";
    private const int MaxPickleBytes = 32 << 20;

    private readonly MappedFile _file;
    private readonly Dictionary<string, StridedTensor> _tensors;

    private PyTorchFile(MappedFile file, Dictionary<string, StridedTensor> tensors)
    {
        _file = file;
        _tensors = tensors;
        Tensors = tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Info, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file and checks its pickle against its archive.</summary>
    /// <exception cref="CheckpointException">Damaged, hostile or of another kind.</exception>
    public static PyTorchFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            CheckKind(file);
            ZipDirectory archive = ZipDirectory.Read(file);
            string root = FindRoot(file, archive);
            CheckByteOrder(file, archive, root);
            object state = PickleMachine.Load(ReadChecked(file, archive.Entries[root + PickleName], MaxPickleBytes), file.Name);
            return new PyTorchFile(file, ReadStateDict(state, archive, root, file.Name));
        }
        catch (CheckpointException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyBytes(string name, long offset, Span<byte> destination) =>
        _tensors[this.Tensor(name).Name].CopyBytes(_file, offset, destination);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void CheckKind(MappedFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(file.Length, 8)];
        file.Read(0, start);
        if (start.StartsWith("version "u8))
        {
            throw new CheckpointException($"{file.Name}: is only a git-lfs pointer, not the weights themselves; run git lfs pull in the folder or download the file.");
        }

        if (start[0] == (byte)PickleOpcode.Proto)
        {
            throw new CheckpointException(
                $"{file.Name}: has the format of PyTorch before 1.6, which isn't read; load and save it once with a newer PyTorch, or use a safetensors copy.");
        }

        if (!start.StartsWith("PK\x03\x04"u8))
        {
            throw new CheckpointException($"{file.Name}: isn't a PyTorch file, which is a zip archive; download it again.");
        }
    }

    /// <summary>The archive's one folder; torch names it after the file.</summary>
    private static string FindRoot(MappedFile file, ZipDirectory archive)
    {
        string[] pickles = [.. archive.Entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length)];
        if (pickles.Length != 1)
        {
            throw new CheckpointException($"{file.Name}: a PyTorch archive has one data.pkl, but this has {pickles.Length}; download it again.");
        }

        string root = pickles[0][..^PickleName.Length];
        return archive.Entries.ContainsKey(root + "/constants.pkl")
            ? throw new CheckpointException($"{file.Name}: is a TorchScript program, not a state dict; use the model's pytorch_model.bin or safetensors.")
            : root;
    }

    /// <summary>Newer versions of torch say how the numbers are stored; older ones always wrote the machine's own order.</summary>
    private static void CheckByteOrder(MappedFile file, ZipDirectory archive, string root)
    {
        if (archive.Entries.TryGetValue(root + "/byteorder", out ZipEntry? entry) && !ReadChecked(file, entry, 16).AsSpan().SequenceEqual("little"u8))
        {
            throw new CheckpointException($"{file.Name}: was saved on a big-endian machine; load and save it once on a usual one, or use a safetensors copy.");
        }
    }

    private static byte[] ReadChecked(MappedFile file, ZipEntry entry, int maxBytes)
    {
        if (entry.Length > maxBytes)
        {
            throw new CheckpointException($"{file.Name}: {entry.Name} has {entry.Length} bytes, more than the {maxBytes} that are read; it is no state dict.");
        }

        byte[] bytes = new byte[entry.Length];
        file.Read(entry.DataOffset, bytes);
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw new CheckpointException($"{file.Name}: {entry.Name} is damaged, its checksum is wrong; download it again.");
    }

    private static Dictionary<string, StridedTensor> ReadStateDict(object state, ZipDirectory archive, string root, string file)
    {
        if (state is not PickleDict dict)
        {
            throw new CheckpointException($"{file}: doesn't hold a state dict; use the model's pytorch_model.bin or safetensors.");
        }

        TensorRules.CheckTotal(dict.Items.Count, file);
        var tensors = new Dictionary<string, StridedTensor>(StringComparer.Ordinal);
        foreach ((object key, object value) in dict.Items)
        {
            if (key is not string name || value is not PickleTensor tensor)
            {
                throw new CheckpointException(
                    $"{file}: the entry {CheckpointFolder.Quote(key as string ?? "without a name")} is no tensor; use a file that holds the state dict alone.");
            }

            if (!archive.Entries.TryGetValue($"{root}/data/{tensor.Storage.Key}", out ZipEntry? storage))
            {
                throw new CheckpointException($"{file}: {CheckpointFolder.Quote(name)} needs the storage {CheckpointFolder.Quote(tensor.Storage.Key)}, which the archive lacks; download it again.");
            }

            if (!tensors.TryAdd(name, StridedTensor.Create(name, tensor, storage, file)))
            {
                throw new CheckpointException($"{file}: the state dict has {CheckpointFolder.Quote(name)} twice; download it again.");
            }
        }

        return tensors;
    }
}
