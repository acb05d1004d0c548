using Sida.Engine.Imaging;
using Sida.Engine.Imaging.Interop;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>One small valid file of every format.</summary>
internal static class Samples
{
    private static readonly RgbImage Noise = PillowResizeTests.Noise(64, 48, 11);

    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["jpeg"] = ImageEncoder.EncodeJpeg(Noise),
        ["progressive jpeg"] = Save("jpegsave_buffer", ("interlace", "true")),
        ["png"] = ImageEncoder.EncodePng(Noise),
        ["interlaced png"] = Save("pngsave_buffer", ("interlace", "true")),
        ["webp"] = Save("webpsave_buffer", ("Q", "80")),
        ["lossless webp"] = WebPFile.Lossless(Noise),
        ["animated webp"] = WebPFile.Animated(Noise, Noise),
        ["gif"] = GifFile.Build(64, 48, [.. Noise.Pixels.Where((_, i) => i % 3 == 0).Select(value => (byte)(value % 4))]),
        ["tiff"] = TiffFile.Build(64, 48, 8, 2, 3, Noise.Pixels),
        ["lzw tiff"] = Save("tiffsave_buffer", ("compression", "lzw")),
        ["tiled jpeg tiff"] = Save("tiffsave_buffer", ("compression", "jpeg"), ("tile", "true"), ("tile_width", "16"), ("tile_height", "16")),
        ["avif"] = Save("heifsave_buffer", ("compression", "av1"), ("effort", "0")),
        ["bmp"] = BmpFile.Build(64, 48, 24, [.. Noise.Pixels.Chunk(64 * 3)]),
    };

    public static TheoryData<string> Names() => [.. All.Keys];

    private static byte[] Save(string saver, params ReadOnlySpan<(string, string)> options) =>
        VipsSaver.Save(saver, Noise.Pixels, Noise.Width, Noise.Height, 3, options);
}
