using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints;

/// <summary>JSON files of a checkpoint, read within limits that the real ones are far below.</summary>
internal static class BoundedJson
{
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a file whose root is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The largest size that is read at all.</param>
    /// <exception cref="CheckpointException">Too large, no JSON, too deep, a name twice, or the root is no object.</exception>
    public static JsonElement ReadObject(string path, int maxBytes)
    {
        string name = Path.GetFileName(path);
        byte[] bytes = ReadBytes(path, name, maxBytes);
        try
        {
            // A UTF-8 byte order mark is no JSON, but editors write it.
            ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new CheckpointException($"{name}: holds a JSON {document.RootElement.ValueKind}, but an object belongs here; download it again.");
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"{name}: isn't valid JSON ({error.Message.ReplaceLineEndings(" ")}); download it again.", error);
        }
    }

    private static byte[] ReadBytes(string path, string name, int maxBytes)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > maxBytes)
            {
                throw new CheckpointException($"{name}: {file.Length} bytes are more than the {maxBytes} that such a file may have; it isn't one of a checkpoint.");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{name}: can't be read ({error.Message.ReplaceLineEndings(" ")}); check that the file exists and may be read.", error);
        }
    }
}
