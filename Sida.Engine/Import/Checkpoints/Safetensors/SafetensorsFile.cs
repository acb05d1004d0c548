namespace Sida.Engine.Import.Checkpoints.Safetensors;

/// <summary>
/// One `.safetensors` file: eight bytes of header length, a JSON header, then the tensors' bytes without gaps
/// (format: https://github.com/huggingface/safetensors#format).
/// </summary>
internal sealed class SafetensorsFile : ITensorSource
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
    {
        _file = file;
        _header = header;
        Tensors = header.Tensors;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="CheckpointException">Damaged or hostile.</exception>
    public static SafetensorsFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
        }
        catch (CheckpointException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyBytes(string name, long offset, Span<byte> destination)
    {
        TensorInfo tensor = this.Tensor(name);
        TensorRules.CheckRange(tensor, offset, destination.Length, _file.Name);
        _file.Read(_header.Start(name) + offset, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
