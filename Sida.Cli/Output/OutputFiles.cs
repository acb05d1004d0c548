using Sida.Cli.Commands;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Cli.Output;

/// <summary>Writes the files that `sida analyze` was asked for.</summary>
internal static class OutputFiles
{
    private const int JpegQuality = 92;

    /// <summary>Whether an overlay can be written in the format that a file's name says.</summary>
    public static bool IsOverlay(string path) => IsPng(path) || IsJpeg(path);

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
            await File.WriteAllBytesAsync(options.Overlay, IsPng(options.Overlay) ? ImageEncoder.EncodePng(painted) : ImageEncoder.EncodeJpeg(painted, JpegQuality), cancellation);
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

    private static bool IsPng(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private static bool IsJpeg(string path) => Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg";
}
