using System.Globalization;

namespace Sida.Web.Pictures;

/// <summary>A stranger's file name, made fit to be shown and to be offered for a download. It never becomes part of a path.</summary>
internal static class PictureName
{
    private const int MaxLength = 120;
    private const string Nameless = "picture";

    public static string Clean(string name)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        string printable = string.Concat(last.EnumerateRunes().Where(IsHarmless)).Trim(' ', '.');
        return printable.Length == 0 ? Nameless : Shorten(printable);
    }

    /// <summary>No control characters, and none that reorder text so that a name reads as another.</summary>
    private static bool IsHarmless(System.Text.Rune rune) =>
        System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && rune.Value is not ('"' or '<' or '>' or '|' or ':' or '*' or '?');

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        string ending = Path.GetExtension(name);
        ending = ending.Length is > 0 and <= 8 ? ending : "";
        int end = MaxLength - ending.Length;
        return name[..(char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)] + ending;
    }
}
