using System.Runtime.CompilerServices;
using System.Text.Json;
using Sida.Engine;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats.Import;

/// <summary>
/// COCO's JSON with run-length codes or polygons. A picture with annotations is tampered, whatever their category; one without is undecided,
/// unless the member "sida" says more.
/// </summary>
internal sealed class CocoImport : IImportFormat
{
    public async IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ILookup<string, string> byName = source.Files.Where(PictureEndings.IsPicture).ToLookup(file => Path.GetFileName(file), StringComparer.Ordinal);
        foreach (string path in source.Files.Where(IsJson))
        {
            using JsonDocument document = await ImportText.JsonAsync(source, path, cancellation);
            if (!IsCoco(document.RootElement))
            {
                continue;
            }

            ILookup<string, JsonElement> annotations = document.RootElement.GetProperty("annotations").EnumerateArray()
                .Where(annotation => annotation.ValueKind == JsonValueKind.Object).ToLookup(annotation => Raw(annotation, "image_id"));
            foreach (JsonElement image in document.RootElement.GetProperty("images").EnumerateArray().Where(image => image.ValueKind == JsonValueKind.Object))
            {
                string name = Text(path, image, "file_name") ?? "";
                if (FindFile(source, byName, path, name) is not { } file)
                {
                    leftOut($"{path}: the picture {name} is not there, or there are several of that name");
                    continue;
                }

                CocoExtra? extra = Extra(path, image);
                JsonElement[] own = [.. annotations[Raw(image, "id")]];
                yield return new ImportedPicture
                {
                    File = file,
                    FileName = extra?.FileName,
                    Origin = extra?.Origin,
                    Annotate = (picture, stop) => Task.Run(() => Annotate(extra, own, picture), stop),
                };
            }
        }
    }

    public static async Task<bool> FitsAsync(IImportSource source, CancellationToken cancellation)
    {
        foreach (string path in source.Files.Where(IsJson))
        {
            using JsonDocument document = await ImportText.JsonAsync(source, path, cancellation);
            if (IsCoco(document.RootElement))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsCoco(JsonElement root) => root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty("images", out JsonElement images) && images.ValueKind == JsonValueKind.Array
        && root.TryGetProperty("annotations", out JsonElement annotations) && annotations.ValueKind == JsonValueKind.Array;

    /// <summary>Beside the JSON, in the folder that its name names (instances_train.json, train/), or the only one of that name anywhere.</summary>
    private static string? FindFile(IImportSource source, ILookup<string, string> byName, string json, string name)
    {
        string folder = json[..(json.LastIndexOf('/') + 1)];
        string above = folder.Length == 0 ? "" : folder[..(folder.TrimEnd('/').LastIndexOf('/') + 1)];
        string part = Path.GetFileNameWithoutExtension(json).Split('_')[^1];
        string? near = ((string[])[folder + name, above + name, $"{above}{part}/{name}", $"{folder}{part}/{name}"]).FirstOrDefault(source.Contains);
        return near ?? (byName[Path.GetFileName(name)].Take(2).ToArray() is [string only] ? only : null);
    }

    private static CocoExtra? Extra(string path, JsonElement image)
    {
        try
        {
            return image.TryGetProperty("sida", out JsonElement extra) ? extra.Deserialize<CocoExtra>(WebJson.Options) : null;
        }
        catch (JsonException error)
        {
            throw new RequestException($"{path}, image {Raw(image, "id")}: its member \"sida\" can't be read: {error.Message}", error);
        }
    }

    private static Annotation Annotate(CocoExtra? extra, JsonElement[] annotations, PictureRef picture)
    {
        MaskCode? mask = CocoSegmentation.Union(annotations, picture);
        Annotation said = extra?.Annotation ?? new Annotation { Verdict = annotations.Length > 0 ? Verdict.Tampered : null };
        return said with { Mask = mask };
    }

    private static string Raw(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement field) ? field.GetRawText() : "";

    private static string? Text(string path, JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement field) && field.ValueKind == JsonValueKind.String ? ImportText.Text(path, field.GetString) : null;
}
