using System.Runtime.CompilerServices;
using System.Text.Json;
using Sida.Engine;

namespace Sida.Web.Review.Formats.Import;

/// <summary>
/// SID_Set and SID_Set_description, wherever in the files they begin: a folder with real/, full_synthetic/ and tampered/, and beside these
/// masks/, description/ and facts.jsonl.
/// </summary>
internal sealed class SidSetImport : IImportFormat
{
    public async IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var roots = source.Files.Select(file => Place(file)).OfType<(string Root, Verdict Verdict, string Name)>().GroupBy(place => place.Root);
        foreach (var root in roots)
        {
            Dictionary<string, string> origins = ReadFacts(source, root.Key + SidSetLayout.Facts);
            foreach (var byVerdict in root.GroupBy(place => place.Verdict))
            {
                string folder = SidSetLayout.Folder(byVerdict.Key);
                Dictionary<string, string> texts = await ReadDescriptionsAsync(source, root.Key + SidSetLayout.Description(folder), cancellation);
                foreach ((_, Verdict verdict, string name) in byVerdict)
                {
                    string path = $"{root.Key}{folder}/{name}";
                    if (!PictureEndings.IsPicture(name))
                    {
                        leftOut($"{path}: not a picture");
                        continue;
                    }

                    string stem = Path.GetFileNameWithoutExtension(name);
                    string mask = root.Key + SidSetLayout.Mask(stem);
                    yield return new ImportedPicture
                    {
                        File = path,
                        Origin = origins.GetValueOrDefault($"{folder}/{name}") ?? stem,
                        Annotate = async (picture, stop) => new Annotation
                        {
                            Verdict = verdict,
                            Mask = verdict == Verdict.Tampered && source.Contains(mask) ? await MaskFile.ReadAsync(source, mask, picture, stop) : null,
                            Explanation = texts.GetValueOrDefault(name) ?? "",
                        },
                    };
                }
            }
        }
    }

    /// <summary>Whether files are laid out in this way.</summary>
    public static bool Fits(IImportSource source) => source.Files.Any(file => Place(file) is not null);

    /// <summary>ROOT/class/name.</summary>
    private static (string Root, Verdict Verdict, string Name)? Place(string file)
    {
        string[] parts = file.Split('/');
        int verdict = parts.Length < 2 ? -1 : SidSetLayout.Classes.ToList().IndexOf(parts[^2]);
        return verdict < 0 ? null : (string.Concat(parts[..^2].Select(part => part + "/")), (Verdict)verdict, parts[^1]);
    }

    private static async Task<Dictionary<string, string>> ReadDescriptionsAsync(IImportSource source, string path, CancellationToken cancellation)
    {
        if (!source.Contains(path))
        {
            return [];
        }

        using JsonDocument document = await ImportText.JsonAsync(source, path, cancellation);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException($"{path}: it must be one object with a text for each file name.");
        }

        Dictionary<string, string> texts = [];
        foreach (JsonProperty member in document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
        {
            texts[ImportText.Text(path, () => member.Name)] = ImportText.Text(path, member.Value.GetString);
        }

        return texts;
    }

    /// <summary>What each picture was made from, by class and file name.</summary>
    private static Dictionary<string, string> ReadFacts(IImportSource source, string path)
    {
        Dictionary<string, string> origins = [];
        foreach ((int number, string line) in source.Contains(path) ? ImportText.Lines(source, path).Where(line => line.Line.Length > 0) : [])
        {
            try
            {
                using JsonDocument fact = JsonDocument.Parse(line);
                if (fact.RootElement.ValueKind == JsonValueKind.Object
                    && Text(path, fact.RootElement, "class") is { } label && Text(path, fact.RootElement, "file") is { } file && Text(path, fact.RootElement, "photo") is { } photo)
                {
                    origins[$"{label}/{file}"] = photo;
                }
            }
            catch (JsonException error)
            {
                throw new RequestException($"{path}, line {number} is not JSON: {error.Message}", error);
            }
        }

        return origins;
    }

    private static string? Text(string path, JsonElement fact, string name) => fact.TryGetProperty(name, out JsonElement field)
        ? field.ValueKind switch { JsonValueKind.String => ImportText.Text(path, field.GetString), JsonValueKind.Number => field.GetRawText(), _ => null }
        : null;
}
