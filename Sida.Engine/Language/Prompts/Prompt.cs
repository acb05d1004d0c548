namespace Sida.Engine.Language.Prompts;

/// <summary>Who wrote a part of a prompt.</summary>
public enum PromptAuthor
{
    /// <summary>The conversation template; only here do structural tokens count.</summary>
    Template,

    /// <summary>A person, or a model in an earlier turn; text here can't form structural tokens.</summary>
    Untrusted,
}

/// <summary>A stretch of a prompt by one author.</summary>
/// <param name="Text">The text, as it stands in the whole prompt.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Tokens">Ids to use instead of encoding <paramref name="Text"/>, or null.</param>
public sealed record PromptSpan(string Text, PromptAuthor Author, IReadOnlyList<int>? Tokens = null);

/// <summary>A prompt that remembers which of its text comes from whom.</summary>
/// <param name="Spans">The prompt from left to right.</param>
public sealed record Prompt(IReadOnlyList<PromptSpan> Spans)
{
    /// <summary>The whole text, as the official program passes it to the tokenizer.</summary>
    public string Text => string.Concat(Spans.Select(span => span.Text));

    /// <summary>A prompt in which every written-out token counts, as in the official program; not for text from people.</summary>
    public static Prompt Trusted(string text) => new([new PromptSpan(text, PromptAuthor.Template)]);
}
