using System.ComponentModel.DataAnnotations.Schema;
using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Data.Entities;

/// <summary>One run of a model: the answer to a question of a conversation, or a job that a program asked for.</summary>
internal sealed class Analysis : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    /// <summary>The question that it answers; null for a job of a program.</summary>
    public Guid? QuestionId { get; init; }

    public required Guid PictureId { get; init; }

    /// <summary>The name of the package folder.</summary>
    public required string Model { get; init; }

    /// <summary>What was asked.</summary>
    public required string Prompt { get; init; }

    /// <summary>What a program said was asked before; not stored, since it is needed only until the model has read it.</summary>
    [NotMapped]
    public IReadOnlyList<ConversationTurn> GivenHistory { get; init; } = [];

    /// <summary>Tokens after which the answer is cut; the model's own limit when null.</summary>
    public int? MaxNewTokens { get; init; }

    public required AnalysisState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public Verdict? Verdict { get; set; }

    public float? ProbabilityReal { get; set; }

    public float? ProbabilityFullSynthetic { get; set; }

    public float? ProbabilityTampered { get; set; }

    /// <summary>The answer as people read it; what there was of it, when it was cut.</summary>
    public string Text
    {
        get;
        set
        {
            field = value;
            TextSearch = SearchText.Of(value);
        }
    }

    = "";

    public string TextSearch { get; private set; } = "";

    /// <summary>The engine's document of a finished analysis as JSON, without its masks.</summary>
    public string? Document { get; set; }

    /// <summary>What kind of failure it was: the engine's exception family.</summary>
    public string? FailureKind { get; set; }

    /// <summary>What failed and what to do.</summary>
    public string? FailureMessage { get; set; }

    public Question? Question { get; init; }

    public Picture? Picture { get; init; }

    public List<Mask> Masks { get; } = [];

    public List<RecordedEvents> Events { get; } = [];
}
