using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Data.Entities.Review;

/// <summary>One person's annotation of an item: who works on it, and how it went. Its versions are rows of their own.</summary>
internal sealed class AnnotationLine : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid ItemId { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid Annotator { get; set; }

    public required LineState State { get; set; }

    /// <summary>Whether a manager gave it to its annotator: then it doesn't lapse.</summary>
    public bool IsAssigned { get; set; }

    /// <summary>Until when nobody else may take it; null when it is not open in an editor.</summary>
    public DateTimeOffset? ReservedUntil { get; set; }

    /// <summary>The latest version's number; 0 for none.</summary>
    public int Latest { get; set; }

    /// <summary>Its annotator's latest verdict; what a reviewer corrects doesn't change it.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The number that was handed in.</summary>
    public int? SubmittedNumber { get; set; }

    /// <summary>Why it was sent back.</summary>
    public string? ReturnReason { get; set; }

    /// <summary>How often it was sent back.</summary>
    public int Returns { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>When its annotator last did something with it.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>Time spent on it, pauses left out.</summary>
    public double WorkSeconds { get; set; }

    /// <summary>Intersection over union of what was handed in with the model's mask.</summary>
    public double? ModelIou { get; set; }

    /// <summary>The same with a honeypot's known mask.</summary>
    public double? TruthIou { get; set; }

    /// <summary>Whether the verdict is a honeypot's known one.</summary>
    public bool? IsVerdictTrue { get; set; }

    /// <summary>Where the handed in mask lies.</summary>
    public MaskPlace? Place { get; set; }

    /// <summary>The marked part of the picture.</summary>
    public double? MaskShare { get; set; }

    /// <summary>The reasons that were handed in.</summary>
    public List<string> Reasons { get; set; } = [];

    public ReviewItem? Item { get; init; }

    public List<AnnotationVersion> Versions { get; } = [];
}

/// <summary>Where one person's annotation is on its way.</summary>
internal enum LineState
{
    /// <summary>Being worked on, or assigned.</summary>
    InWork,

    /// <summary>Handed in.</summary>
    Submitted,

    /// <summary>Its item was decided.</summary>
    Accepted,

    /// <summary>Sent back with a reason.</summary>
    Returned,

    /// <summary>Begun and left: the item is free for others, the versions are kept.</summary>
    Lapsed,
}
