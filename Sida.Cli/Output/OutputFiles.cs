using Sida.Cli.Commands;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Cli.Output;

/// <summary>Writes the files that `sida analyze` was asked for.</summary>
internal static class OutputFiles
{
    private const int JpegQuality = 92;

    public static async Task WriteAsync(AnalyzeOptions options, AnalysisResult result, CancellationToken cancellation)
    {
        if (result.Masks.Count == 0)
        {
            foreach (string path in new[] { options.Mask, options.Overlay }.OfType<string>())
            {
                await Console.Error.WriteLineAsync($"sida: no mask was produced, so {path} was not written.");
            }

            return;
        }

        if (options.Mask is not null)
        {
            await File.WriteAllBytesAsync(options.Mask, ImageEncoder.EncodePng(result.Masks[0]), cancellation);
        }

        if (options.Overlay is not null)
        {
            RgbImage picture = ImageDecoder.DecodeFile(options.Images[0], cancellationToken: cancellation).Image;
            RgbImage painted = MaskOverlay.Paint(picture, result.Masks[0]);
            await File.WriteAllBytesAsync(options.Overlay, Encode(options.Overlay, painted), cancellation);
        }
    }

    public static async Task WriteJsonAsync(string path, byte[] json, CancellationToken cancellation)
    {
        if (path == "-")
        {
            await using Stream output = Console.OpenStandardOutput();
            await output.WriteAsync(json, cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
            return;
        }

        await File.WriteAllBytesAsync(path, json, cancellation);
    }

    private static byte[] Encode(string path, RgbImage image) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageEncoder.EncodePng(image),
        ".jpg" or ".jpeg" => ImageEncoder.EncodeJpeg(image, JpegQuality),
        string other => throw new RequestException($"--overlay {path}: \"{other}\" is not a format for overlays. Use .jpg or .png."),
    };
}
