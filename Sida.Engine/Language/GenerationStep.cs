namespace Sida.Engine.Language;

/// <summary>What happens to a request, in order: Queued (any number), Started, PrefillFinished, TokenGenerated (any number), Finished.</summary>
internal abstract record GenerationStep
{
    private GenerationStep()
    {
    }

    /// <summary>The request waits.</summary>
    /// <param name="Position">Requests before it; 0 means it is next.</param>
    internal sealed record Queued(int Position) : GenerationStep;

    /// <summary>The request has its place in the batch; prefill begins.</summary>
    internal sealed record Started : GenerationStep;

    /// <summary>The prompt, and the forced answer if there is one, have been read.</summary>
    /// <param name="States">The tokens of interest in them with the hidden states that predict them, by position.</param>
    /// <param name="CachedPositions">Positions that were in the prefix cache and not computed.</param>
    internal sealed record PrefillFinished(IReadOnlyList<TokenState> States, int CachedPositions) : GenerationStep;

    /// <summary>A token of the answer.</summary>
    /// <param name="Id">The token.</param>
    /// <param name="Hidden">The hidden state (H) after the final norm of the position that predicted it.</param>
    internal sealed record TokenGenerated(int Id, float[] Hidden) : GenerationStep;

    /// <summary>Nothing follows.</summary>
    /// <param name="Reason">Why.</param>
    internal sealed record Finished(FinishReason Reason) : GenerationStep;
}

/// <summary>A token of interest.</summary>
/// <param name="Position">Its position in the sequence, embedding rows counted; at least 1.</param>
/// <param name="Id">The token.</param>
/// <param name="Hidden">The hidden state (H) after the final norm of the position before it, which predicts it.</param>
internal sealed record TokenState(int Position, int Id, float[] Hidden);

/// <summary>Why a request ended.</summary>
internal enum FinishReason
{
    /// <summary>A stop token was generated.</summary>
    StopToken,

    /// <summary>The answer reached <see cref="GenerationRequest.MaxNewTokens"/>.</summary>
    Length,

    /// <summary>The context was full before that.</summary>
    ContextFull,

    /// <summary>There was a forced answer, so nothing was generated.</summary>
    ForcedAnswer,
}
