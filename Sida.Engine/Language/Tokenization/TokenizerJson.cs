using System.Text.Json;

namespace Sida.Engine.Language.Tokenization;

/// <summary>The small JSON objects beside a tokenizer, read within limits. As in Python the last of two equal names counts.</summary>
internal static class TokenizerJson
{
    private const int MaxBytes = 8 << 20;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>The object in a file, or null when there is no such file.</summary>
    /// <exception cref="CheckpointException">Too large, unreadable or no JSON object.</exception>
    public static JsonElement? ReadObject(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            return null;

        if (file.Length > MaxBytes)
            throw new CheckpointException($"{path}: {file.Length} bytes, at most {MaxBytes} are read; fetch the file again.");

        try
        {
            using FileStream stream = file.OpenRead();
            using JsonDocument document = JsonDocument.Parse(stream, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new CheckpointException($"{path}: expected a JSON object, found {document.RootElement.ValueKind}; fetch the file again.");
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: {cause.Message.ReplaceLineEndings(" ")} Fetch the file again.", cause);
        }
    }
}
