using Sida.Engine.Language.Sampling;

namespace Sida.Engine.Language;

/// <summary>A part of a prompt.</summary>
internal abstract record PromptSegment;

/// <summary>Token ids.</summary>
/// <param name="Ids">The ids, each below the vocabulary size.</param>
internal sealed record TokenSegment(IReadOnlyList<int> Ids) : PromptSegment;

/// <summary>Rows that take the place of token embeddings: a picture.</summary>
/// <param name="Rows">Row-major (n, H).</param>
/// <param name="Key">Identifies the content for the prefix cache: two segments with the same key must have the same rows.</param>
internal sealed record EmbeddingSegment(float[] Rows, string Key) : PromptSegment;

/// <summary>Sees the logits (vocabulary size) from which the token of this index in the answer is chosen; called on the model's thread.</summary>
internal delegate void LogitsObserver(int answerIndex, ReadOnlySpan<float> logits);

/// <summary>What a language model shall continue, or score.</summary>
internal sealed record GenerationRequest
{
    /// <summary>The prompt in order; at least one position.</summary>
    public required IReadOnlyList<PromptSegment> Prompt { get; init; }

    /// <summary>Tokens after which the answer is cut.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>Tokens that end the answer; the one that did is part of it.</summary>
    public IReadOnlyCollection<int> StopTokens { get; init; } = [];

    /// <summary>
    /// Tokens whose predicting hidden states are wanted wherever they occur in the prompt or a forced answer. In SIDA, [CLS] and [SEG]: the
    /// official code takes the state of the position before the token (SIDA.py, evaluate).
    /// </summary>
    public IReadOnlyCollection<int> TokensOfInterest { get; init; } = [];

    /// <summary>How tokens are chosen.</summary>
    public SamplingSettings Sampling { get; init; } = SamplingSettings.Greedy;

    /// <summary>An answer to score instead of generating one (teacher forcing); null to generate.</summary>
    public IReadOnlyList<int>? ForcedAnswer { get; init; }

    /// <summary>For tests and tools that look at logits.</summary>
    public LogitsObserver? Logits { get; init; }
}
