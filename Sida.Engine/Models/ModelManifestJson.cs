using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sida.Engine.Models;

/// <summary>Reads and writes <c>model.json</c>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelManifest), TypeInfoPropertyName = "Manifest")]
internal sealed partial class ModelManifestJson : JsonSerializerContext
{
    /// <summary>No sensible manifest is larger; a larger file is refused unread.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="PackageException">Missing, not readable, too large, not JSON, or of another format version.</exception>
    public static ModelManifest Read(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new PackageException($"{path}: not found. A model package is a folder with a {ModelManifest.FileName}, as `sida import` writes it.");
        }

        if (file.Length > MaxBytes)
        {
            throw new PackageException($"{path}: {file.Length} bytes is more than a manifest can have ({MaxBytes}). Import the checkpoint again.");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            CheckFormatVersion(path, bytes);
            return JsonSerializer.Deserialize(bytes, Default.Manifest)
                ?? throw new PackageException($"{path}: empty. Import the checkpoint again.");
        }
        catch (JsonException error)
        {
            throw new PackageException($"{path}: not a valid manifest ({error.Message}). Import the checkpoint again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PackageException.Unreadable(path, error);
        }
    }

    /// <summary>Writes a manifest as indented UTF-8.</summary>
    public static byte[] Write(ModelManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Default.Manifest);

    private static void CheckFormatVersion(string path, byte[] bytes)
    {
        using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("formatVersion", out JsonElement field)
            || field.ValueKind != JsonValueKind.Number || !field.TryGetInt32(out int version))
        {
            throw new PackageException($"{path}: field formatVersion is missing. Import the checkpoint again.");
        }

        if (version != ModelManifest.CurrentFormatVersion)
        {
            string remedy = version > ModelManifest.CurrentFormatVersion ? "Use a newer Sida" : "Import the checkpoint again";
            throw new PackageException($"{path}: format version {version}; this program reads version {ModelManifest.CurrentFormatVersion}. {remedy}.");
        }
    }
}
