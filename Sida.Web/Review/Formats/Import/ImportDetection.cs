using Sida.Engine;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Finds out what files are, by what lies in them.</summary>
internal static class ImportDetection
{
    /// <summary>The reader for a format, or for what the files are.</summary>
    /// <exception cref="RequestException">They are not of this format.</exception>
    public static async Task<(string Name, IImportFormat Format)> ChooseAsync(IImportSource source, ReviewFormat? wish, CancellationToken cancellation) => wish switch
    {
        ReviewFormat.JsonLines => JsonLinesImport.Find(source) is null ? throw Missing(JsonLinesLayout.Records) : ("JSON Lines", new JsonLinesImport()),
        ReviewFormat.MasksCsv => MasksCsvImport.Find(source) is null ? throw Missing(MasksCsvLayout.Table) : ("PNG and CSV", new MasksCsvImport()),
        ReviewFormat.SidSet or ReviewFormat.SidSetDescription => SidSetImport.Fits(source) ? ("SID_Set", new SidSetImport()) : throw Missing("a folder real, full_synthetic or tampered with pictures"),
        ReviewFormat.CocoRle or ReviewFormat.CocoPolygons => await CocoImport.FitsAsync(source, cancellation) ? ("COCO", new CocoImport()) : throw Missing("a JSON file with images and annotations"),
        ReviewFormat.Pictures => ("pictures", new PicturesImport()),
        _ => await FindAsync(source, cancellation),
    };

    private static async Task<(string Name, IImportFormat Format)> FindAsync(IImportSource source, CancellationToken cancellation)
    {
        if (JsonLinesImport.Find(source) is not null)
        {
            return ("JSON Lines", new JsonLinesImport());
        }

        if (MasksCsvImport.Find(source) is not null)
        {
            return ("PNG and CSV", new MasksCsvImport());
        }

        if (SidSetImport.Fits(source))
        {
            return ("SID_Set", new SidSetImport());
        }

        return await CocoImport.FitsAsync(source, cancellation) ? ("COCO", new CocoImport()) : ("pictures", new PicturesImport());
    }

    private static RequestException Missing(string what) => new($"The files don't have what this format needs: {what}. Choose another format, or let it be found out.");
}
