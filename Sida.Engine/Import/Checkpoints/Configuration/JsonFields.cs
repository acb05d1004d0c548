using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints.Configuration;

/// <summary>Typed access to the fields of a configuration file; every error names the file and the field.</summary>
internal sealed class JsonFields
{
    private const int MaxBytes = 1 << 20;
    private const int MaxText = 1000;
    private const int MaxItems = 1000;

    private readonly JsonElement _object;
    private readonly string _file;
    private readonly string _prefix;

    private JsonFields(JsonElement element, string file, string prefix)
    {
        _object = element;
        _file = file;
        _prefix = prefix;
    }

    /// <summary>Reads a file of the folder.</summary>
    /// <exception cref="CheckpointException">Missing, or no JSON object.</exception>
    public static JsonFields Read(CheckpointFolder folder, string name) =>
        new(BoundedJson.ReadObject(folder.Resolve(name, name), MaxBytes), name, string.Empty);

    /// <summary>Whether a field is there and isn't null.</summary>
    public bool Has(string field) => TryGet(field, out _);

    /// <summary>A field's JSON kind; <see cref="JsonValueKind.Undefined"/> when it is absent or null.</summary>
    public JsonValueKind Kind(string field) => TryGet(field, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined;

    /// <summary>An object inside this one.</summary>
    public JsonFields Object(string field) => TryGet(field, out JsonElement value) && value.ValueKind == JsonValueKind.Object
        ? new JsonFields(value, _file, $"{_prefix}{field}.")
        : throw Wrong(field, "an object");

    /// <summary>A whole number in a range; a default stands for an absent or null field, without one that is an error.</summary>
    public int Int(string field, int min, int max, int? absent = null)
    {
        if (!TryGet(field, out JsonElement value) && absent is int fallback)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Wrong(field, $"a whole number from {min} to {max}");
    }

    /// <summary>A finite number in a range.</summary>
    public double Number(string field, double min, double max, double? absent = null)
    {
        if (!TryGet(field, out JsonElement value) && absent is double fallback)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max
            ? number
            : throw Wrong(field, $"a number from {min} to {max}");
    }

    /// <summary>A truth value.</summary>
    public bool Bool(string field, bool absent) => Kind(field) switch
    {
        JsonValueKind.Undefined => absent,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(field, "true or false"),
    };

    /// <summary>A short text, or null when the field is absent or null.</summary>
    public string? Text(string field)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxText } text ? text : throw Wrong(field, "a short text");
    }

    /// <summary>A text that must be one of a few.</summary>
    public string OneOf(string field, string absent, params ReadOnlySpan<string> allowed)
    {
        string text = Text(field) ?? absent;
        return allowed.Contains(text) ? text : throw Wrong(field, $"one of {string.Join(", ", allowed!)}");
    }

    /// <summary>A list of as many finite numbers, or a default when the field is absent or null.</summary>
    public double[] Numbers(string field, double[] absent)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return absent;
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == absent.Length
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double number) && double.IsFinite(number))
            ? [.. value.EnumerateArray().Select(item => item.GetDouble())]
            : throw Wrong(field, $"a list of {absent.Length} numbers");
    }

    /// <summary>A whole number not below zero or a short list of such; empty when the field is absent or null.</summary>
    public int[] IntOrInts(string field)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MaxItems ? [.. value.EnumerateArray()] : [value];
        return items.All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) && number >= 0)
            ? [.. items.Select(item => item.GetInt32())]
            : throw Wrong(field, "a token id or a list of them");
    }

    /// <summary>The error for a field that is not what it should be.</summary>
    public CheckpointException Wrong(string field, string expected)
    {
        string found = TryGet(field, out JsonElement value) ? "it is " + CheckpointFolder.Quote(value.GetRawText()) : "it is absent";
        return new CheckpointException($"{_file}: {_prefix}{field} must be {expected}, but {found}; check that the file belongs to the checkpoint.");
    }

    private bool TryGet(string field, out JsonElement value) => _object.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
}
