using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>Writes records into an archive, and reads what is in an archive, with the parts that exports and imports are made of.</summary>
internal sealed class RoundTrip(PictureFiles files, PictureTaker taker) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-round-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Archive => Path.Combine(_folder, "export.zip");

    public async Task WriteAsync(ReviewFormat format, IReadOnlyList<ReviewRecord> records)
    {
        IExportFormat writer = format switch
        {
            ReviewFormat.SidSet => new SidSetExport(files, describes: false),
            ReviewFormat.SidSetDescription => new SidSetExport(files, describes: true),
            ReviewFormat.CocoRle => new CocoExport(files, polygons: false),
            ReviewFormat.CocoPolygons => new CocoExport(files, polygons: true),
            ReviewFormat.MasksCsv => new MasksCsvExport(files),
            _ => new JsonLinesExport(files),
        };
        await using FileStream output = File.Create(Archive);
        await using ExportArchive archive = await ExportArchive.BeginAsync(output, Path.Combine(_folder, "spool"), DateTimeOffset.UnixEpoch.AddYears(50), Cancellation);
        await writer.BeginAsync(archive);
        for (int i = 0; i < records.Count; i++)
        {
            await writer.AddAsync(archive, records[i], new SplitRule().Of(records[i].Provenance.Origin), ExportedName.Stem(records[i] with { Provenance = records[i].Provenance with { Number = i + 1 } }, i), Cancellation);
        }

        await writer.FinishAsync(archive, Cancellation);
        await archive.FinishAsync(Cancellation);
    }

    /// <summary>What the archive says about each picture, in the order of the numbers in the files' names.</summary>
    public async Task<List<(ImportedPicture Read, PictureRef Picture, Annotation Annotation)>> ReadAsync(ReviewFormat? format = null)
    {
        using ZipImportSource source = ZipImportSource.Open(Archive, "test", new ImportBudget(1L << 30));
        (_, IImportFormat reader) = await ImportDetection.ChooseAsync(source, format, Cancellation);
        List<(ImportedPicture Read, PictureRef Picture, Annotation Annotation)> all = [];
        await foreach (ImportedPicture read in reader.ReadAsync(source, reason => Assert.Fail(reason), Cancellation))
        {
            await using Stream body = source.Open(read.File, long.MaxValue);
            PictureRef picture = await taker.TakeAsync(body, read.FileName ?? read.File, Cancellation);
            all.Add((read, picture, await read.Annotate!(picture, Cancellation)));
        }

        return [.. all.OrderBy(one => Path.GetFileName(one.Read.File), StringComparer.Ordinal)];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
