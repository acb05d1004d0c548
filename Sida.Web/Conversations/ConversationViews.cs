using Sida.Engine;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Conversations;

/// <summary>A conversation in the list.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Pinned">Whether it stays on top and is never removed by retention.</param>
/// <param name="Verdict">The latest verdict; null when there is none yet.</param>
/// <param name="PictureId">The latest picture.</param>
/// <param name="UpdatedAt">When it was last asked or changed.</param>
/// <param name="IsBusy">Whether an answer is being written.</param>
public sealed record ConversationSummary(Guid Id, string Title, bool Pinned, Verdict? Verdict, Guid? PictureId, DateTimeOffset UpdatedAt, bool IsBusy);

/// <summary>A conversation, opened at the branch that is shown.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Pinned">Whether it stays on top and is never removed by retention.</param>
/// <param name="Model">The model that is asked; the default model when null.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="UpdatedAt">When it was last asked or changed.</param>
/// <param name="Turns">The shown branch from its first question on.</param>
public sealed record ConversationView(
    Guid Id, string Title, bool Pinned, string? Model, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<TurnView> Turns)
{
    /// <summary>This with the newer state of one of its answers, as a page gets it from <c>AnalysisService.WatchAsync</c>.</summary>
    public ConversationView With(AnalysisSnapshot answer) => this with { Turns = [.. Turns.Select(turn => turn.With(answer))] };
}

/// <summary>A question with its answers.</summary>
/// <param name="QuestionId">Names it.</param>
/// <param name="Text">What was asked.</param>
/// <param name="Picture">What it was asked about.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Versions">This question and its edited versions in order of time, by id: <c>ShowBranchAsync</c> goes to one.</param>
/// <param name="Answers">All answers in order of time.</param>
/// <param name="Shown">Which of <paramref name="Answers"/> is shown.</param>
public sealed record TurnView(
    Guid QuestionId, string Text, PictureView Picture, DateTimeOffset CreatedAt, IReadOnlyList<Guid> Versions, IReadOnlyList<AnalysisSnapshot> Answers, int Shown)
{
    /// <summary>The answer that is shown.</summary>
    public AnalysisSnapshot Answer => Answers[Shown];

    /// <summary>This with the newer state of one of its answers.</summary>
    public TurnView With(AnalysisSnapshot answer) => this with { Answers = [.. Answers.Select(old => old.Id == answer.Id ? answer : old)] };
}

/// <summary>What the list shows.</summary>
public sealed record ConversationQuery
{
    /// <summary>Words in the title, a question, an answer, or the name of a verdict; everything when empty.</summary>
    public string Search { get; init; } = "";

    public int Skip { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>A question to be asked.</summary>
public sealed record Ask
{
    /// <summary>The conversation; a new one when null.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The picture; that of the shown branch's last question when null.</summary>
    public Guid? PictureId { get; init; }

    public required string Text { get; init; }

    /// <summary>The question that this is an edited version of: it starts a new branch beside it.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>Models to ask side by side; the conversation's own when empty.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}

/// <summary>A question that was asked.</summary>
/// <param name="ConversationId">Where.</param>
/// <param name="QuestionId">The question.</param>
/// <param name="AnalysisIds">Its answers, which are being worked on: one a model.</param>
public sealed record Asked(Guid ConversationId, Guid QuestionId, IReadOnlyList<Guid> AnalysisIds);
