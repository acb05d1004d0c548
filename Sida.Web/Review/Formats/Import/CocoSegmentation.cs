using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Review.Formats.Import;

/// <summary>COCO's three ways to write a mask: polygons, run lengths as numbers, run lengths as text.</summary>
internal static class CocoSegmentation
{
    /// <summary>All masks of a picture as one.</summary>
    /// <returns>Null when nothing is marked.</returns>
    /// <exception cref="RequestException">One can't be read, or isn't of the picture's size.</exception>
    public static MaskCode? Union(IEnumerable<JsonElement> annotations, PictureRef picture)
    {
        byte[]? all = null;
        foreach (JsonElement annotation in annotations)
        {
            if (!annotation.TryGetProperty("segmentation", out JsonElement segmentation))
            {
                continue;
            }

            foreach (BinaryMask mask in Read(segmentation, picture))
            {
                all ??= new byte[mask.Values.Length];
                for (int i = 0; i < all.Length; i++)
                {
                    all[i] |= mask.Values[i];
                }
            }
        }

        return all is null || !all.AsSpan().Contains((byte)1) ? null : MaskCode.Of(new BinaryMask(picture.Width, picture.Height, all));
    }

    private static IEnumerable<BinaryMask> Read(JsonElement segmentation, PictureRef picture)
    {
        switch (segmentation.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement ring in segmentation.EnumerateArray())
                {
                    yield return PolygonRaster.Fill(picture.Width, picture.Height, [Ring(ring)]);
                }

                break;
            case JsonValueKind.Object:
                CheckSize(segmentation, picture);
                yield return Runs(segmentation, picture).Decode();
                break;
            default:
                throw new RequestException("its segmentation is neither polygons nor a run-length code");
        }
    }

    private static PixelCorner[] Ring(JsonElement ring)
    {
        if (ring.ValueKind != JsonValueKind.Array || ring.GetArrayLength() % 2 != 0 || ring.EnumerateArray().Any(number => number.ValueKind != JsonValueKind.Number))
        {
            throw new RequestException("a polygon of its segmentation is not a list of x and y");
        }

        double[] numbers = [.. ring.EnumerateArray().Select(number => number.GetDouble())];
        return [.. numbers.Chunk(2).Select(pair => new PixelCorner(pair[0], pair[1]))];
    }

    private static void CheckSize(JsonElement segmentation, PictureRef picture)
    {
        bool fits = segmentation.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2
            && size[0].TryGetInt32Safely() == picture.Height && size[1].TryGetInt32Safely() == picture.Width;
        if (!fits)
        {
            throw new RequestException($"the size of its run-length code is not [{picture.Height}, {picture.Width}], the picture's height and width");
        }
    }

    private static RunLengthCode Runs(JsonElement segmentation, PictureRef picture)
    {
        if (!segmentation.TryGetProperty("counts", out JsonElement counts))
        {
            throw new RequestException("its run-length code has no counts");
        }

        return counts.ValueKind switch
        {
            JsonValueKind.String => RunLengthCode.Parse(picture.Width, picture.Height, ImportText.Text("its run-length code", counts.GetString)),
            JsonValueKind.Array => RunLengthCode.FromCounts(picture.Width, picture.Height, [.. counts.EnumerateArray().Select(count => count.TryGetInt32Safely() ?? -1)]),
            _ => throw new RequestException("its run-length code's counts are neither text nor numbers"),
        };
    }

    /// <summary>A whole number; null for anything else.</summary>
    private static int? TryGetInt32Safely(this JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) ? value : null;
}
