using System.Security.Cryptography;
using System.Text;

namespace Sida.Web.Review.Formats;

/// <summary>
/// What a picture was made from, kept in front of an item's source key: <c>ORIGIN#KEY</c>. In SID_Set a tampered picture has the file name of
/// the photograph it was made from, so an imported picture's origin is its file name without the ending, unless the set says more.
/// </summary>
internal static class Origin
{
    private const char Mark = '#';
    private const int MostKey = 255;
    private const int MostOrigin = 100;

    /// <summary>A source key that remembers the origin.</summary>
    public static string Key(string origin, string path)
    {
        string key = Short(origin, MostOrigin) + Mark + path;
        return key.Length <= MostKey ? key : key[..(Math.Min(origin.Length, MostOrigin) + 1)] + Hash(path);
    }

    /// <summary>The origin of an item: as its key says, else the picture itself.</summary>
    public static string Of(string? sourceKey, string sha256)
    {
        int mark = sourceKey?.IndexOf(Mark, StringComparison.Ordinal) ?? -1;
        return mark > 0 ? sourceKey![..mark] : sha256;
    }

    private static string Short(string text, int most)
    {
        string clean = text.Replace(Mark, '_');
        return clean.Length <= most ? clean : Hash(clean);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
