using System.Runtime.CompilerServices;
using System.Text.Json;
using Sida.Engine;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats.Import;

/// <summary>The JSON Lines that <see cref="JsonLinesExport"/> writes.</summary>
internal sealed class JsonLinesImport : IImportFormat
{
    public async IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        string path = Find(source)!;
        string root = path[..^JsonLinesLayout.Records.Length];
        foreach ((int number, string text) in ImportText.Lines(source, path).Where(line => line.Line.Length > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            JsonLine line = Read(path, number, text);
            if (!source.Contains(root + line.File))
            {
                leftOut($"{path}, line {number}: the picture {line.File} is not there");
                continue;
            }

            yield return new ImportedPicture
            {
                File = root + line.File,
                FileName = line.Picture.FileName,
                Origin = line.Provenance.Origin,
                Annotate = (_, _) => Task.FromResult(line.Annotation),
                Provenance = line.Provenance,
            };
        }
    }

    public static string? Find(IImportSource source) =>
        source.Files.FirstOrDefault(file => file == JsonLinesLayout.Records || file.EndsWith("/" + JsonLinesLayout.Records, StringComparison.Ordinal));

    private static JsonLine Read(string path, int number, string text)
    {
        try
        {
            JsonLine line = WebJson.Read<JsonLine>(text);
            if (line.Version != JsonLinesLayout.Version || line.File is null || line.Picture?.FileName is null || line.Annotation is null || line.Provenance?.Origin is null)
            {
                throw new RequestException($"{path}, line {number}: not a record of version {JsonLinesLayout.Version} (version, file, picture, annotation, provenance).");
            }

            return line;
        }
        catch (JsonException error)
        {
            throw new RequestException($"{path}, line {number} is not a record: {error.Message}", error);
        }
    }
}
