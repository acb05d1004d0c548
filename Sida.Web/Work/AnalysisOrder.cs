using Sida.Engine.Language.Prompts;

namespace Sida.Web.Work;

/// <summary>What is asked of a model.</summary>
/// <param name="PictureId">One of the caller's pictures.</param>
/// <param name="Prompt">The question.</param>
/// <param name="Model">The model by its id; the default model when null.</param>
/// <param name="MaxNewTokens">Tokens after which the answer is cut; the model's own limit when null.</param>
public sealed record AnalysisOrder(Guid PictureId, string Prompt, string? Model = null, int? MaxNewTokens = null)
{
    /// <summary>What a program says was asked and answered before, oldest first. In a conversation the server knows that itself.</summary>
    public IReadOnlyList<ConversationTurn> History { get; init; } = [];
}
