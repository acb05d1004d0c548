namespace Sida.Engine.Models;

/// <summary>
/// A token with a role (<c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c>, <c>&lt;unk&gt;</c>, padding). transformers keeps two flags for
/// it when it is stored as an <c>AddedToken</c>, and strips white space on both sides when it is stored as a plain string.
/// </summary>
/// <param name="Text">The token as it is written in text.</param>
/// <param name="StripsLeft">White space before it is dropped.</param>
/// <param name="StripsRight">White space after it is dropped.</param>
/// <param name="IsPlain">Stored as a plain string; an <c>AddedToken</c> with the same text takes precedence.</param>
public sealed record SpecialToken(string Text, bool StripsLeft = false, bool StripsRight = false, bool IsPlain = false)
{
    /// <summary>A token that is stored as a plain string.</summary>
    public static SpecialToken Plain(string text) => new(text, true, true, true);
}
