using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Components.Review;

/// <summary>
/// Everything of an annotation but its mask, as the page has it and as the browser keeps it. The browser adds texts as they are typed, so
/// that <see cref="Texts"/> may be newer than the rest.
/// </summary>
public sealed record EditorFields
{
    /// <summary>The key of the text when it isn't in fields.</summary>
    public const string PlainKey = "plain";

    public Verdict? Verdict { get; init; }

    public Sida.Web.Review.Certainty? Certainty { get; init; }

    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The text as it is saved.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>The keys of the sentences that have a number, in their order.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Texts by key.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>The sentences without their texts; null while the text is not in fields.</summary>
    public IReadOnlyList<SentencePlace>? Places { get; init; }
}

/// <summary>Where a sentence stands.</summary>
public sealed record SentencePlace(string Key, ExplanationSection Section, string? Tag);
