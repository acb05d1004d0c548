using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Sida.Engine;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Masks as PNG and a table. Only the columns file and verdict must be there.</summary>
internal sealed class MasksCsvImport : IImportFormat
{
    public async IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        string table = Find(source)!;
        string root = table[..^MasksCsvLayout.Table.Length];
        using StreamReader reader = new(source.Open(table, ImportText.MostLines), Encoding.UTF8);
        IReadOnlyList<string>? names = null;
        int number = 0;
        foreach (IReadOnlyList<string> row in CsvText.Rows(reader))
        {
            cancellation.ThrowIfCancellationRequested();
            number++;
            if (names is null)
            {
                names = Header(table, row);
                continue;
            }

            Dictionary<string, string> cells = names.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second);
            string file = root + cells.GetValueOrDefault("file");
            string mask = root + cells.GetValueOrDefault("mask");
            if (!source.Contains(file))
            {
                leftOut($"{table}, row {number}: the picture {cells.GetValueOrDefault("file")} is not there");
                continue;
            }

            Annotation said = Read(table, number, cells);
            yield return new ImportedPicture
            {
                File = file,
                FileName = Given(cells, "fileName"),
                Origin = Given(cells, "origin"),
                Annotate = async (picture, stop) => said with { Mask = mask.Length > root.Length ? await MaskAsync(source, mask, picture, stop) : null },
            };
        }
    }

    public static string? Find(IImportSource source) =>
        source.Files.FirstOrDefault(file => file == MasksCsvLayout.Table || file.EndsWith("/" + MasksCsvLayout.Table, StringComparison.Ordinal));

    private static string[] Header(string table, IReadOnlyList<string> row)
    {
        string[] names = [.. row.Select(name => name.Trim('\uFEFF', ' '))];
        return names.Contains("file") && names.Contains("verdict") && names.Distinct().Count() == names.Length
            ? names
            : throw new RequestException($"{table}: the first row must name the columns, file and verdict among them, each once. All of them: {string.Join(", ", MasksCsvLayout.Columns)}.");
    }

    private static Annotation Read(string table, int number, Dictionary<string, string> cells)
    {
        try
        {
            return new Annotation
            {
                Verdict = Given(cells, "verdict") is { } verdict ? WebJson.Read<Verdict>(JsonSerializer.Serialize(verdict)) : null,
                Certainty = Given(cells, "certainty") is { } certainty ? WebJson.Read<Certainty>(JsonSerializer.Serialize(certainty)) : null,
                Reasons = Given(cells, "reasons") is { } reasons ? WebJson.Read<List<string>>(reasons) : [],
                Explanation = cells.GetValueOrDefault("explanation") ?? "",
                Links = Given(cells, "links") is { } links ? WebJson.Read<List<SentenceLink>>(links) : [],
            };
        }
        catch (JsonException error)
        {
            throw new RequestException($"{table}, row {number}: {error.Message}", error);
        }
    }

    private static Task<MaskCode?> MaskAsync(IImportSource source, string mask, PictureRef picture, CancellationToken cancellation) => source.Contains(mask)
        ? MaskFile.ReadAsync(source, mask, picture, cancellation)
        : throw new RequestException($"the mask {mask} is not there");

    private static string? Given(Dictionary<string, string> cells, string name) => cells.GetValueOrDefault(name) is { Length: > 0 } cell ? cell : null;
}
