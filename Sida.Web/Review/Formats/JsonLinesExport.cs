using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>Everything: a line of JSON for each record, and the uploaded files byte for byte, their metadata included.</summary>
internal sealed class JsonLinesExport(PictureFiles pictures) : IExportFormat
{
    public Task BeginAsync(ExportArchive archive) => archive.AppendAsync(JsonLinesLayout.Records, "", "", CancellationToken.None);

    public async Task AddAsync(ExportArchive archive, ReviewRecord record, Split split, string stem, CancellationToken cancellation)
    {
        string file = $"{SidSetLayout.Folder(split)}/{stem}.{record.Picture.Format.ToLowerInvariant()}";
        await archive.AddAsync(file, await pictures.OriginalAsync(record.Picture, cancellation), cancellation);
        JsonLine line = new(JsonLinesLayout.Version, split, file, record.Picture, record.Annotation, record.Provenance);
        await archive.AppendAsync(JsonLinesLayout.Records, WebJson.Write(line) + "\n", "", cancellation);
    }

    public Task FinishAsync(ExportArchive archive, CancellationToken cancellation) => Task.CompletedTask;
}
