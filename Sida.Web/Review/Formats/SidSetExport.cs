using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>
/// SID_Set, and with descriptions SID_Set_description, as the official loaders and this project's training read them: real as .jpg, the
/// others as .png, masks of 0 and 255, descriptions by file name with everything beyond ASCII escaped.
/// </summary>
internal sealed class SidSetExport(PictureFiles pictures, bool describes) : IExportFormat
{
    public Task BeginAsync(ExportArchive archive)
    {
        foreach (Split split in Enum.GetValues<Split>())
        {
            foreach (string folder in (string[])[.. SidSetLayout.Classes, SidSetLayout.Masks])
            {
                archive.AddFolder($"{SidSetLayout.Folder(split)}/{folder}");
            }
        }

        return Task.CompletedTask;
    }

    public async Task AddAsync(ExportArchive archive, ReviewRecord record, Split split, string stem, CancellationToken cancellation)
    {
        Verdict verdict = record.Annotation.Verdict!.Value;
        string root = SidSetLayout.Folder(split);
        string folder = SidSetLayout.Folder(verdict);
        bool jpeg = verdict == Verdict.Real;
        string file = stem + (jpeg ? ".jpg" : ".png");
        byte[] bytes = jpeg ? await pictures.JpegAsync(record.Picture, cancellation) : await pictures.PngAsync(record.Picture, cancellation);
        await archive.AddAsync($"{root}/{folder}/{file}", bytes, cancellation);
        if (record.Annotation.Mask is { } mask)
        {
            await archive.AddAsync($"{root}/{SidSetLayout.Mask(stem)}", await Task.Run(() => ImageEncoder.EncodePng(mask.ToMask()), cancellation), cancellation);
        }

        if (describes)
        {
            // The official reader opens the file in the platform's encoding: the default encoder escapes everything beyond ASCII.
            string member = $"\n  {JsonSerializer.Serialize(file)}: {JsonSerializer.Serialize(record.Annotation.Explanation)}";
            await archive.AppendAsync($"{root}/{SidSetLayout.Description(folder)}", member, ",", cancellation);
        }

        string fact = WebJson.Write(new { @class = folder, file, photo = record.Provenance.Origin });
        await archive.AppendAsync($"{root}/{SidSetLayout.Facts}", fact + "\n", "", cancellation);
    }

    public async Task FinishAsync(ExportArchive archive, CancellationToken cancellation)
    {
        if (!describes)
        {
            return;
        }

        foreach (Split split in Enum.GetValues<Split>())
        {
            foreach (string folder in SidSetLayout.Classes)
            {
                string path = $"{SidSetLayout.Folder(split)}/{SidSetLayout.Description(folder)}";
                await archive.JoinAsync(path, [(null, "{"), (path, null), (null, "\n}\n")], cancellation);
            }
        }
    }
}
