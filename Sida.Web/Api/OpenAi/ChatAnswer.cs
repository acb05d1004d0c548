using System.Text.Json.Serialization;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>A whole answer in OpenAI's form.</summary>
public sealed record ChatCompletion(string Id, [property: JsonPropertyName("object")] string Kind, long Created, string Model, IReadOnlyList<ChatChoice> Choices, ChatUsage? Usage, SidaExtension Sida);

/// <summary>The one answer that is given.</summary>
public sealed record ChatChoice(int Index, ChatAnswerMessage Message, [property: JsonPropertyName("finish_reason")] string FinishReason);

/// <summary>The answer's text.</summary>
public sealed record ChatAnswerMessage(string Role, string Content);

/// <summary>A piece of a streamed answer.</summary>
public sealed record ChatChunk(string Id, [property: JsonPropertyName("object")] string Kind, long Created, string Model, IReadOnlyList<ChatChunkChoice> Choices, ChatUsage? Usage = null, SidaExtension? Sida = null);

/// <summary>What a piece adds.</summary>
public sealed record ChatChunkChoice(int Index, ChatDelta Delta, [property: JsonPropertyName("finish_reason"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason);

/// <summary>The text that a piece adds; the first piece names the role.</summary>
public sealed record ChatDelta(string? Role = null, string? Content = null);

/// <summary>How many tokens there were.</summary>
public sealed record ChatUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens);

/// <summary>What OpenAI's form has no place for. In a stream it comes with the piece after which it is known.</summary>
public sealed record SidaExtension
{
    /// <summary>Names the analysis in the rest of the API: GET /api/analyses/ID.</summary>
    public required Guid AnalysisId { get; init; }

    public Verdict? Verdict { get; init; }

    public ClassProbabilities? Probabilities { get; init; }

    /// <summary>Masks with their addresses and run-length codes.</summary>
    public IReadOnlyList<MaskView>? Masks { get; init; }

    /// <summary>The text names another class than the verdict; known at the end.</summary>
    public bool? Contradiction { get; init; }
}

/// <summary>A model in OpenAI's form.</summary>
public sealed record OpenAiModel(string Id, [property: JsonPropertyName("object")] string Kind, long Created, [property: JsonPropertyName("owned_by")] string OwnedBy);

/// <summary>The models.</summary>
public sealed record OpenAiModels([property: JsonPropertyName("object")] string Kind, IReadOnlyList<OpenAiModel> Data);
