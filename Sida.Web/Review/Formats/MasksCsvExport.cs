using System.Globalization;
using Sida.Engine.Imaging;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>Pictures, masks as PNG (255 where tampered), and one table. Lists in a cell are JSON.</summary>
internal sealed class MasksCsvExport(PictureFiles pictures) : IExportFormat
{
    public Task BeginAsync(ExportArchive archive) => archive.AppendAsync(MasksCsvLayout.Table, CsvText.Row(MasksCsvLayout.Columns), "", CancellationToken.None);

    public async Task AddAsync(ExportArchive archive, ReviewRecord record, Split split, string stem, CancellationToken cancellation)
    {
        (PictureRef picture, Annotation annotation) = (record.Picture, record.Annotation);
        string part = SidSetLayout.Folder(split);
        bool jpeg = picture.Format == nameof(ImageFormat.Jpeg);
        string file = $"{part}/{stem}{(jpeg ? ".jpg" : ".png")}";
        byte[] bytes = jpeg ? await pictures.JpegAsync(picture, cancellation) : await pictures.PngAsync(picture, cancellation);
        await archive.AddAsync(file, bytes, cancellation);
        string maskFile = "";
        if (annotation.Mask is { } mask)
        {
            maskFile = $"{part}/{SidSetLayout.Mask(stem)}";
            await archive.AddAsync(maskFile, await Task.Run(() => ImageEncoder.EncodePng(mask.ToMask()), cancellation), cancellation);
        }

        await archive.AppendAsync(
            MasksCsvLayout.Table,
            CsvText.Row(
                part,
                file,
                maskFile,
                Name(annotation.Verdict),
                Name(annotation.Certainty),
                WebJson.Write(annotation.Reasons),
                annotation.Explanation,
                WebJson.Write(annotation.Links),
                picture.Width.ToString(CultureInfo.InvariantCulture),
                picture.Height.ToString(CultureInfo.InvariantCulture),
                picture.Sha256,
                picture.FileName,
                record.Provenance.Origin),
            "",
            cancellation);
    }

    public Task FinishAsync(ExportArchive archive, CancellationToken cancellation) => Task.CompletedTask;

    private static string Name<T>(T? value)
        where T : struct, Enum => value is { } known ? WebJson.Write(known).Trim('"') : "";
}
