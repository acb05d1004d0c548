using System.Text.Json;
using System.Text.Json.Nodes;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>
/// COCO's detection JSON, a file for each part: an annotation of the category "tampered" for each mask. What COCO has no place for stands in a
/// member "sida" of each image, which other programs leave alone.
/// </summary>
internal sealed class CocoExport(PictureFiles pictures, bool polygons) : IExportFormat
{
    private int _images;
    private int _annotations;

    public Task BeginAsync(ExportArchive archive) => Task.CompletedTask;

    public async Task AddAsync(ExportArchive archive, ReviewRecord record, Split split, string stem, CancellationToken cancellation)
    {
        string part = SidSetLayout.Folder(split);
        bool jpeg = record.Picture.Format == nameof(ImageFormat.Jpeg);
        string file = stem + (jpeg ? ".jpg" : ".png");
        byte[] bytes = jpeg ? await pictures.JpegAsync(record.Picture, cancellation) : await pictures.PngAsync(record.Picture, cancellation);
        await archive.AddAsync($"{part}/{file}", bytes, cancellation);

        int id = ++_images;
        JsonObject image = new()
        {
            ["id"] = id,
            ["file_name"] = file,
            ["width"] = record.Picture.Width,
            ["height"] = record.Picture.Height,
            ["sida"] = JsonSerializer.SerializeToNode(
                new CocoExtra(record.Annotation with { Mask = null }, record.Picture.Sha256, record.Picture.FileName, record.Provenance.Origin), WebJson.Options),
        };
        await archive.AppendAsync(Images(part), image.ToJsonString(), ",\n", cancellation);
        if (record.Annotation.Mask is { } mask)
        {
            JsonObject annotation = await Task.Run(() => Annotation(id, ++_annotations, mask), cancellation);
            await archive.AppendAsync(Annotations(part), annotation.ToJsonString(), ",\n", cancellation);
        }
    }

    public async Task FinishAsync(ExportArchive archive, CancellationToken cancellation)
    {
        foreach (Split split in Enum.GetValues<Split>())
        {
            string part = SidSetLayout.Folder(split);
            await archive.JoinAsync(
                $"annotations/instances_{part}.json",
                [
                    (null, "{\"info\":{\"description\":\"Reviewed with Sida\",\"version\":\"1\"},\"licenses\":[],\"categories\":[{\"id\":1,\"name\":\"tampered\",\"supercategory\":\"region\"}],\n\"images\":["),
                    (Images(part), null),
                    (null, "],\n\"annotations\":["),
                    (Annotations(part), null),
                    (null, "]}\n"),
                ],
                cancellation);
        }
    }

    private JsonObject Annotation(int image, int id, MaskCode code)
    {
        BinaryMask mask = code.ToMask();
        PixelRectangle bounds = mask.FindBounds() ?? default;
        JsonNode? outline = polygons ? Outline(mask) : null;
        return new JsonObject
        {
            ["id"] = id,
            ["image_id"] = image,
            ["category_id"] = 1,
            ["segmentation"] = outline ?? new JsonObject { ["size"] = new JsonArray(code.Height, code.Width), ["counts"] = code.Rle },
            ["area"] = mask.ForegroundPixels,
            ["bbox"] = new JsonArray(bounds.X, bounds.Y, bounds.Width, bounds.Height),
            ["iscrowd"] = outline is null ? 1 : 0,
        };
    }

    /// <summary>A ring for each region; null for a mask that is too ragged for polygons, which stays a run-length code.</summary>
    private static JsonArray? Outline(BinaryMask mask)
    {
        try
        {
            return [.. MaskContours.Trace(mask).Select(region => new JsonArray([.. region.ToSingleRing().SelectMany(corner => new JsonNode[] { (int)corner.X, (int)corner.Y })]))];
        }
        catch (RequestException)
        {
            return null;
        }
    }

    private static string Images(string part) => $"images of {part}";

    private static string Annotations(string part) => $"annotations of {part}";
}

/// <summary>What COCO has no place for.</summary>
/// <param name="Annotation">All of the annotation but its mask.</param>
/// <param name="Sha256">Of the uploaded picture.</param>
/// <param name="FileName">The name that its file had.</param>
/// <param name="Origin">What it was made from.</param>
internal sealed record CocoExtra(Annotation Annotation, string Sha256, string FileName, string Origin);
