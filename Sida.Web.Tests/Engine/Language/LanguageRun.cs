using Sida.Engine.Language;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>What a request gave, collected.</summary>
internal sealed record LanguageRun(
    IReadOnlyList<int> Tokens, IReadOnlyList<float[]> Hidden, IReadOnlyList<TokenState> PromptStates, int CachedPositions, FinishReason Reason)
{
    public static async Task<LanguageRun> CollectAsync(LanguageModel model, GenerationRequest request, CancellationToken cancellation = default)
    {
        List<int> tokens = [];
        List<float[]> hidden = [];
        GenerationStep.PrefillFinished? prefill = null;
        FinishReason? reason = null;
        bool started = false;
        await foreach (GenerationStep step in model.GenerateAsync(request, cancellation))
        {
            Assert.Null(reason);
            switch (step)
            {
                case GenerationStep.Started:
                    Assert.False(started);
                    started = true;
                    break;
                case GenerationStep.PrefillFinished finished:
                    Assert.True(started);
                    Assert.Null(prefill);
                    prefill = finished;
                    break;
                case GenerationStep.TokenGenerated token:
                    Assert.NotNull(prefill);
                    tokens.Add(token.Id);
                    hidden.Add(token.Hidden);
                    break;
                case GenerationStep.Finished finished:
                    reason = finished.Reason;
                    break;
                default:
                    Assert.IsType<GenerationStep.Queued>(step);
                    Assert.False(started);
                    break;
            }
        }

        Assert.NotNull(prefill);
        Assert.NotNull(reason);
        return new LanguageRun(tokens, hidden, prefill.States, prefill.CachedPositions, reason.Value);
    }

    /// <summary>The tokens of one id in prompt and answer with the states that predict them.</summary>
    /// <param name="id">The token.</param>
    /// <param name="promptLength">Positions of the prompt.</param>
    public TokenState[] StatesOf(int id, int promptLength) =>
    [
        .. PromptStates.Where(state => state.Id == id),
        .. Tokens.Select((token, index) => new TokenState(promptLength + index, token, Hidden[index])).Where(state => state.Id == id),
    ];
}
