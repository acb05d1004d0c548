using System.Text.Json;

namespace Sida.Engine.Evaluation;

/// <summary>What a set says of one picture.</summary>
/// <param name="Kind">The manipulation or generator.</param>
/// <param name="Origin">The photograph.</param>
internal sealed record SidFact(string? Kind, string? Origin);

/// <summary>
/// <c>facts.jsonl</c> beside the class folders, as this project's generator writes it: one object a picture with <c>class</c>,
/// <c>file</c>, <c>kind</c> or <c>source</c>, and <c>photo</c>. Published sets have none; then nothing is known.
/// </summary>
internal sealed class SidFacts
{
    public const string FileName = "facts.jsonl";

    private const long MaxBytes = 1L << 30;
    private const int MaxLine = 1 << 16;

    private readonly Dictionary<string, SidFact> _byFile = [];

    /// <summary>Reads the file, if there is one.</summary>
    /// <exception cref="RequestException">It is too large or a line is not such an object.</exception>
    public static SidFacts Read(string path)
    {
        SidFacts facts = new();
        FileInfo file = new(path);
        if (!file.Exists)
        {
            return facts;
        }

        if (file.Length > MaxBytes)
        {
            throw new RequestException($"{path}: {file.Length} bytes are too many for notes on pictures. Remove or shorten it.");
        }

        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            facts.Add(path, number, line);
        }

        return facts;
    }

    /// <summary>What is known of a picture; null when nothing.</summary>
    public SidFact? Find(Verdict label, string file) => _byFile.GetValueOrDefault(Key(label.ToString(), file));

    private static string Key(string label, string file) => label + "/" + file;

    private void Add(string path, int number, string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(
                line.Length <= MaxLine ? line : throw new JsonException("the line is too long"), new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Name(root, "class") is not { } label || Name(root, "file") is not { } name)
            {
                throw new JsonException("it needs the fields class and file");
            }

            string verdict = label.Replace("_", "", StringComparison.Ordinal);
            if (Enum.TryParse(verdict, ignoreCase: true, out Verdict known))
            {
                _byFile[Key(known.ToString(), name)] = new SidFact(Name(root, "kind") ?? Name(root, "source"), Text(root, "photo"));
            }
        }
        catch (JsonException error)
        {
            throw new RequestException($"{path}, line {number}: {error.Message}. Correct or remove the file.", error);
        }
    }

    private static string? Name(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement field) && field.ValueKind == JsonValueKind.String ? field.GetString() : null;

    /// <summary>A photograph may be a number or a name.</summary>
    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement field) && field.ValueKind == JsonValueKind.Number ? field.GetRawText() : Name(root, name);
}
