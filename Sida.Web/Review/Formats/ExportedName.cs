namespace Sida.Web.Review.Formats;

/// <summary>Names of exported files: plain letters, unique by the item's number, the same at every export.</summary>
internal static class ExportedName
{
    private const int MostLetters = 60;

    /// <summary>Such as 000123_holiday.</summary>
    public static string Stem(ReviewRecord record, int position)
    {
        string stem = Path.GetFileNameWithoutExtension(record.Picture.FileName);
        string plain = string.Concat(stem.Take(MostLetters).Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_')).Trim('_');
        return FormattableString.Invariant($"{record.Provenance.Number ?? position:000000}_{(plain.Length == 0 ? "picture" : plain)}");
    }
}
