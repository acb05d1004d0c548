namespace Sida.Web.Review.Formats.Import;

/// <summary>Paths inside a zip: a stranger's text. They are only ever compared and shown, and even so none may leave its place.</summary>
internal static class EntryName
{
    private const int MostLength = 400;

    /// <summary>The path with slashes; null when it isn't one.</summary>
    public static string? Clean(string name)
    {
        string path = name.Replace('\\', '/');
        if (path.Length is 0 or > MostLength || path[0] == '/' || path.Contains(':', StringComparison.Ordinal) || path.Any(char.IsControl))
        {
            return null;
        }

        return path.Split('/').Any(part => part is "" or "." or "..") ? null : path;
    }

    /// <summary>Whether it is something that programs leave beside pictures without being asked.</summary>
    public static bool IsClutter(string path) =>
        path.StartsWith("__MACOSX/", StringComparison.Ordinal) || path.Split('/').Any(part => part.StartsWith('.')) || path.EndsWith("/Thumbs.db", StringComparison.OrdinalIgnoreCase);
}
