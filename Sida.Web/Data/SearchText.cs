namespace Sida.Web.Data;

/// <summary>
/// Text as search compares it. SQLite folds only ASCII and PostgreSQL nothing in LIKE, so both sides are folded here.
/// </summary>
internal static class SearchText
{
    /// <summary>The character that takes away a wildcard's meaning.</summary>
    public const string Escape = "\\";

    public static string Of(string text) => text.ToUpperInvariant();

    /// <summary>A LIKE pattern for "contains these words, typed as they are".</summary>
    public static string Pattern(string query) =>
        $"%{Of(query).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}
