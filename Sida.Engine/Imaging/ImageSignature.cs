using System.Text;

namespace Sida.Engine.Imaging;

/// <summary>Recognises a file by its first bytes. Names and declared types are the sender's to choose, and are not looked at.</summary>
internal static class ImageSignature
{
    private static readonly string[] HeicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];
    private static readonly string[] AvifBrands = ["avif", "avis"];

    /// <summary>The format, or null when it is none that is accepted.</summary>
    public static ImageFormat? Detect(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => DetectHeif(file),
        _ => null,
    };

    /// <summary>What a refused file seems to be, for the message.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        string start = Encoding.Latin1.GetString(file[..Math.Min(file.Length, 1024)]);
        return start switch
        {
            "" => "the file is empty",
            _ when start.StartsWith("%PDF", StringComparison.Ordinal) => "this is a PDF document",
            _ when start.Contains("<svg", StringComparison.OrdinalIgnoreCase) => "this is an SVG drawing",
            _ when start.StartsWith("PK\u0003\u0004", StringComparison.Ordinal) => "this is an archive or an office document",
            _ when start.Length > 11 && start.AsSpan(4, 4) is "ftyp" => "this is a video or an unknown kind of HEIF",
            _ => "this is no picture of a known format",
        };
    }

    private static ImageFormat? DetectHeif(ReadOnlySpan<byte> file)
    {
        // The file type box: size, "ftyp", major brand, minor version, compatible brands.
        int size = file.Length < 16 ? 0 : Math.Min((file[2] << 8) | file[3], Math.Min(file.Length, 256));
        for (int at = 8; at + 4 <= size; at += at == 8 ? 8 : 4)
        {
            string brand = Encoding.Latin1.GetString(file.Slice(at, 4));
            if (AvifBrands.Contains(brand))
            {
                return ImageFormat.Avif;
            }

            if (HeicBrands.Contains(brand))
            {
                return ImageFormat.Heic;
            }
        }

        return null;
    }
}
