namespace Sida.Web.Review.Api;

/// <summary>A value of a query that is written as in our JSON: by name, in camel case or any other.</summary>
/// <typeparam name="T">An enumeration.</typeparam>
/// <param name="Value">The value.</param>
internal readonly record struct NamedValue<T>(T Value)
    where T : struct, Enum
{
    /// <summary>How routes read such a parameter.</summary>
    public static bool TryParse(string? text, out NamedValue<T> value)
    {
        bool known = Enum.TryParse(text, ignoreCase: true, out T parsed) && Enum.IsDefined(parsed) && char.IsAsciiLetter(text![0]);
        value = new NamedValue<T>(parsed);
        return known;
    }
}
