using System.Text.Json;

namespace Sida.Web.Accounts.OpenId;

/// <summary>Reads what a provider sent: nothing of it is sure to be there, or of the right kind.</summary>
internal static class JsonReading
{
    /// <summary>Of two fields of one name, one reader would take the first and another the last: so there must not be two.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="JsonException">It is no object.</exception>
    public static JsonElement ParseObject(ReadOnlySpan<byte> json) =>
        JsonElement.Parse(json, Strict) is { ValueKind: JsonValueKind.Object } read ? read : throw new JsonException("It is no object.");

    /// <summary>A text; null where there is none.</summary>
    public static string? Text(this JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? Text(value) : null;

    /// <summary>A text, or a list of texts, as a list; empty where there is neither.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(Text).OfType<string>()],
            _ => Text(value) is { } one ? [one] : [],
        };
    }

    /// <summary>A time in seconds since 1970 (RFC 7519, "NumericDate"); null where there is none.</summary>
    public static DateTimeOffset? Time(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds))
        {
            return null;
        }

        return seconds is >= 0 and < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }

    /// <summary>Whether something is so; some providers write it as a text.</summary>
    public static bool Says(this JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value)
        && (value.ValueKind == JsonValueKind.True || Text(value) == "true");

    private static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
            return null;
        }
    }
}
