namespace Sida.Engine.Language.Gguf;

/// <summary>
/// The header of a GGUF file (version 3), read and bounded in managed code. Every count, length and offset is checked against the file
/// before anything is allocated for it, and the layout of the tensors must be the one that llama.cpp insists on.
/// </summary>
internal sealed class GgufFile
{
    public const int DefaultAlignment = 32;

    private GgufFile(string path, IReadOnlyDictionary<string, object> metadata, IReadOnlyDictionary<string, GgufTensor> tensors)
    {
        Path = path;
        Metadata = metadata;
        Tensors = tensors;
    }

    public string Path { get; }

    /// <summary>Values by key: a .NET number, string or bool, or an array of one of these.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; }

    public IReadOnlyDictionary<string, GgufTensor> Tensors { get; }

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="PackageException">The file is missing, damaged or hostile; the message says where.</exception>
    public static GgufFile Open(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"{path} can't be opened: {error.Message}", error);
        }

        using (stream)
        {
            GgufHeaderReader reader = new(path, stream);
            return Read(path, reader);
        }
    }

    /// <summary>A metadata value of a type.</summary>
    /// <exception cref="PackageException">It is absent or of another type.</exception>
    public T Required<T>(string key) => Optional<T>(key, out T? value)
        ? value!
        : throw new PackageException($"{Path}: metadata {key} is missing. Import the checkpoint again.");

    /// <summary>A metadata value of a type, if it is there.</summary>
    /// <exception cref="PackageException">It is of another type.</exception>
    public bool Optional<T>(string key, out T? value)
    {
        value = default;
        if (!Metadata.TryGetValue(key, out object? found))
        {
            return false;
        }

        value = found is T typed ? typed : throw new PackageException(
            $"{Path}: metadata {key} is a {found.GetType().Name} where a {typeof(T).Name} is expected. Import the checkpoint again.");
        return true;
    }

    private static GgufFile Read(string path, GgufHeaderReader reader)
    {
        (int tensorCount, int valueCount) = reader.Start();
        Dictionary<string, object> metadata = new(StringComparer.Ordinal);
        for (int index = 0; index < valueCount; index++)
        {
            (string key, object value) = reader.Value();
            if (!metadata.TryAdd(key, value))
            {
                throw reader.Broken($"metadata {key} appears twice");
            }
        }

        int alignment = DefaultAlignment;
        if (metadata.TryGetValue("general.alignment", out object? declared))
        {
            alignment = declared is uint and > 0 and <= 65536 ? (int)(uint)declared : 0;
            if (alignment % 8 != 0 || !int.IsPow2(alignment))
            {
                throw reader.Broken($"general.alignment is {declared}, not a power of two from 8 to 65536");
            }
        }

        List<GgufTensor> tensors = new(tensorCount);
        for (int index = 0; index < tensorCount; index++)
        {
            tensors.Add(reader.Tensor());
        }

        return new GgufFile(path, metadata, Place(reader, tensors, alignment));
    }

    /// <summary>
    /// Turns offsets into file positions. llama.cpp accepts only one layout: in the order of the header, each padded to the
    /// alignment, with no gap; that also rules out overlaps.
    /// </summary>
    private static Dictionary<string, GgufTensor> Place(GgufHeaderReader reader, List<GgufTensor> tensors, int alignment)
    {
        long start = Pad(reader.Position, alignment);
        long next = 0;
        Dictionary<string, GgufTensor> placed = new(StringComparer.Ordinal);
        foreach (GgufTensor tensor in tensors)
        {
            if (tensor.Offset != next)
            {
                throw reader.Broken($"tensor {tensor.Name} is at offset {tensor.Offset} where {next} is expected");
            }

            if (tensor.ByteCount > reader.Length - start - next)
            {
                throw reader.Broken($"tensor {tensor.Name} needs {tensor.ByteCount} bytes at {start + next}, but the file has only {reader.Length}");
            }

            if (!placed.TryAdd(tensor.Name, tensor with { Offset = start + next }))
            {
                throw reader.Broken($"tensor {tensor.Name} appears twice");
            }

            next = Pad(next + tensor.ByteCount, alignment);
        }

        return placed;
    }

    private static long Pad(long value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
