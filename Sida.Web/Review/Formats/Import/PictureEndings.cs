namespace Sida.Web.Review.Formats.Import;

/// <summary>Names that pictures have. What a file really is, its bytes say when it is opened.</summary>
internal static class PictureEndings
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".gif", ".bmp" };

    public static bool IsPicture(string path) => Endings.Contains(Path.GetExtension(path));
}
