using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Web.Data.Entities;

namespace Sida.Web.Work;

/// <summary>All that is known of an analysis at one moment: what a page draws.</summary>
public sealed record AnalysisSnapshot
{
    public required Guid Id { get; init; }

    /// <summary>The question that it answers; null for a job of a program.</summary>
    public Guid? QuestionId { get; init; }

    public required Guid PictureId { get; init; }

    /// <summary>The model, by the name of its package folder.</summary>
    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public int? MaxNewTokens { get; init; }

    public required AnalysisState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The number that the next message will have.</summary>
    public int NextSequence { get; init; }

    /// <summary>The place in the queue, 1 is next; null when it doesn't wait.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>The stages that began, in order, with the milliseconds since the question.</summary>
    public IReadOnlyList<StageTime> Stages { get; init; } = [];

    public Verdict? Verdict { get; init; }

    public ClassProbabilities? Probabilities { get; init; }

    /// <summary>The answer as far as it is written.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<MaskView> Masks { get; init; } = [];

    /// <summary>The kind of failure.</summary>
    public string? FailureKind { get; init; }

    /// <summary>What failed and what to do.</summary>
    public string? FailureMessage { get; init; }

    /// <summary>The whole outcome of a finished analysis, as the command line writes it.</summary>
    public AnalysisDocument? Document { get; init; }

    /// <summary>What its owner thinks of it: true is good, null is nothing yet.</summary>
    public bool? Good { get; init; }

    /// <summary>What its owner wrote about it.</summary>
    public string? FeedbackNote { get; init; }

    /// <summary>Whether it still waits or runs.</summary>
    public bool IsBusy => State is AnalysisState.Queued or AnalysisState.Running;

    /// <summary>The answer was cut by the token limit: it can be continued.</summary>
    public bool IsTruncated => Document?.Truncated ?? false;

    /// <summary>The text names another class than the verdict.</summary>
    public bool IsContradiction => Document?.Contradiction ?? false;

    /// <summary>The verdict is tampered but there is no mask.</summary>
    public bool LacksMask => State == AnalysisState.Finished && Verdict == Sida.Engine.Verdict.Tampered && Masks.Count == 0;

    /// <summary>It is complete, and gave no verdict at all.</summary>
    public bool LacksVerdict => State == AnalysisState.Finished && Verdict is null;

    /// <summary>This with one more message.</summary>
    public AnalysisSnapshot With(AnalysisMessage message)
    {
        AnalysisSnapshot next = this with { NextSequence = message.Sequence + 1 };
        return message switch
        {
            QueuedMessage queued => next with { QueuePosition = queued.Position },
            StageMessage stage => next with { State = AnalysisState.Running, QueuePosition = null, Stages = [.. Stages, new StageTime(stage.Stage, stage.Milliseconds)] },
            VerdictMessage verdict => next with { Verdict = verdict.Verdict, Probabilities = verdict.Probabilities },
            TokenMessage token => token.Text.Length == 0 ? next : next with { Text = Text + token.Text },
            MaskMessage mask => next with { Masks = [.. Masks.Where(old => old.Index != mask.Mask.Index).Append(mask.Mask with { Rle = null }).OrderBy(one => one.Index)] },
            FinishedMessage finished => next with
            {
                State = AnalysisState.Finished,
                Text = finished.Document?.Text ?? Text,
                Document = finished.Document,
                Masks = finished.Document is { } whole ? [.. Masks.Take(whole.Masks.Count)] : Masks,
            },
            StoppedMessage => next with { State = AnalysisState.Stopped, QueuePosition = null },
            InterruptedMessage => next with { State = AnalysisState.Interrupted, QueuePosition = null },
            FailedMessage failed => next with { State = AnalysisState.Failed, QueuePosition = null, FailureKind = failed.Kind, FailureMessage = failed.Message },
            _ => next,
        };
    }
}

/// <summary>When a stage began.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Milliseconds">Since the question was asked.</param>
public sealed record StageTime(WorkStage Stage, double Milliseconds);
