using Sida.Engine.Analysis;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>An analysis as programs see it.</summary>
public sealed record AnalysisResource
{
    public required Guid Id { get; init; }

    public required AnalysisState State { get; init; }

    public required Guid PictureId { get; init; }

    /// <summary>The model by its id.</summary>
    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The place in the queue, 1 is next; absent when it doesn't wait.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>What it is busy with; absent when it isn't.</summary>
    public WorkStage? Stage { get; init; }

    /// <summary>Known before the answer is complete.</summary>
    public Sida.Engine.Verdict? Verdict { get; init; }

    public ClassProbabilities? Probabilities { get; init; }

    /// <summary>The answer as far as it is written.</summary>
    public required string Text { get; init; }

    /// <summary>Where masks and overlays lie.</summary>
    public required IReadOnlyList<MaskView> Masks { get; init; }

    /// <summary>The whole outcome as the command line writes it; present when it is finished.</summary>
    public AnalysisDocument? Result { get; init; }

    /// <summary>Why it failed; present when it did.</summary>
    public AnalysisFailure? Failure { get; init; }

    public static AnalysisResource Of(AnalysisSnapshot snapshot) => new()
    {
        Id = snapshot.Id,
        State = snapshot.State,
        PictureId = snapshot.PictureId,
        Model = snapshot.Model,
        Prompt = snapshot.Prompt,
        CreatedAt = snapshot.CreatedAt,
        FinishedAt = snapshot.FinishedAt,
        QueuePosition = snapshot.QueuePosition,
        Stage = snapshot.State == AnalysisState.Running && snapshot.Stages.Count > 0 ? snapshot.Stages[^1].Stage : null,
        Verdict = snapshot.Verdict,
        Probabilities = snapshot.Probabilities,
        Text = snapshot.Text,
        Masks = snapshot.Masks,
        Result = snapshot.Document,
        Failure = snapshot.FailureKind is null ? null : new AnalysisFailure(snapshot.FailureKind, snapshot.FailureMessage!),
    };
}

/// <summary>Why an analysis failed.</summary>
/// <param name="Kind">image, request, busy, package, runtime, timeout or internal.</param>
/// <param name="Message">What failed and what to do.</param>
public sealed record AnalysisFailure(string Kind, string Message);

/// <summary>Analyses in a list.</summary>
/// <param name="Analyses">In the order of the request, or the newest first.</param>
public sealed record AnalysisList(IReadOnlyList<AnalysisResource> Analyses);

/// <summary>What the owner thinks of an answer.</summary>
/// <param name="Good">Thumb up or down.</param>
/// <param name="Note">Why.</param>
public sealed record FeedbackRequest(bool Good, string? Note = null);
