using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Explaining;

/// <summary>One sentence of an explanation while somebody works on it.</summary>
/// <param name="Key">Names it as long as the page is open; sentences come and go, keys stay.</param>
/// <param name="Section">The heading it stands under.</param>
/// <param name="Tag">What stands in angle brackets before it, or null.</param>
/// <param name="Text">What it says.</param>
public sealed record Statement(string Key, ExplanationSection Section, string? Tag, string Text)
{
    /// <summary>A new sentence.</summary>
    public static Statement Of(ExplanationSection section, string? tag, string text = "") => new(Guid.NewGuid().ToString("N")[..12], section, tag, text);
}
