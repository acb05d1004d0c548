using System.Buffers.Binary;
using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints.Safetensors;

/// <summary>The header of a `.safetensors` file, checked against the file's length.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The reference implementation's own limit.</summary>
    private const int MaxHeaderBytes = 100_000_000;
    private const int LengthBytes = 8;

    private readonly Dictionary<string, long> _starts = new(StringComparer.Ordinal);

    private SafetensorsHeader(IReadOnlyDictionary<string, TensorInfo> tensors) => Tensors = tensors;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Where a tensor's bytes begin, counted from the file's start.</summary>
    public long Start(string tensor) => _starts[tensor];

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="CheckpointException">It is no such file, it is truncated, or its header contradicts itself or the file.</exception>
    public static SafetensorsHeader Read(MappedFile file)
    {
        byte[] json = ReadJson(file);
        List<SafetensorsEntry> entries;
        try
        {
            entries = SafetensorsEntry.ReadAll(json, file.Name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the reader's word for text that isn't Unicode.
            throw new CheckpointException($"{file.Name}: the header isn't valid JSON ({error.Message.ReplaceLineEndings(" ")}); download it again.", error);
        }

        long dataStart = LengthBytes + json.Length;
        CheckLayout(file, entries, dataStart);
        var header = new SafetensorsHeader(entries.ToDictionary(entry => entry.Tensor.Name, entry => entry.Tensor, StringComparer.Ordinal));
        foreach (SafetensorsEntry entry in entries)
        {
            header._starts.Add(entry.Tensor.Name, dataStart + entry.Begin);
        }

        return header;
    }

    private static byte[] ReadJson(MappedFile file)
    {
        if (file.Length < LengthBytes + 2)
        {
            throw new CheckpointException($"{file.Name}: {file.Length} bytes are too few for a safetensors file; download it again.");
        }

        Span<byte> start = stackalloc byte[LengthBytes + 1];
        file.Read(0, start);
        if (start.StartsWith("version "u8))
        {
            throw new CheckpointException($"{file.Name}: is only a git-lfs pointer, not the weights themselves; run git lfs pull in the folder or download the file.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length is < 2 or > MaxHeaderBytes || (long)length > file.Length - LengthBytes || start[LengthBytes] != (byte)'{')
        {
            throw new CheckpointException($"{file.Name}: no safetensors header of {length} bytes fits in a file of {file.Length} bytes; download it again.");
        }

        byte[] json = new byte[length];
        file.Read(LengthBytes, json);
        return json;
    }

    /// <summary>The format's rule: sorted by place, each tensor begins where the one before ends, and the last one ends the file.</summary>
    private static void CheckLayout(MappedFile file, List<SafetensorsEntry> entries, long dataStart)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            string name = CheckpointFolder.Quote(entry.Tensor.Name);
            if (entry.Begin != end)
            {
                throw new CheckpointException($"{file.Name}: {name} begins at byte {entry.Begin}, but the tensor before ends at {end}; the header is damaged, download it again.");
            }

            end = entry.End;
            if (end > file.Length - dataStart)
            {
                throw new CheckpointException($"{file.Name}: is cut short, {name} should end at byte {dataStart + end} but the file has {file.Length}; download it again.");
            }
        }

        if (end != file.Length - dataStart)
        {
            throw new CheckpointException($"{file.Name}: {file.Length - dataStart - end} bytes after the last tensor belong to none; download it again.");
        }
    }
}
