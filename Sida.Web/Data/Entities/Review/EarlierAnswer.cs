using Sida.Engine;

namespace Sida.Web.Data.Entities.Review;

/// <summary>What a model had said of an item before another was asked. Never removed while its item exists: versions began with it, and models are compared by it.</summary>
internal sealed class EarlierAnswer : IProjectRow
{
    public required Guid ProjectId { get; init; }

    public required Guid ItemId { get; init; }

    /// <summary>Counts the earlier answers of an item, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it was replaced.</summary>
    public required DateTimeOffset ReplacedAt { get; init; }

    public string? ModelName { get; init; }

    public string? ModelHash { get; init; }

    public float? ProbabilityReal { get; init; }

    public float? ProbabilityFullSynthetic { get; init; }

    public float? ProbabilityTampered { get; init; }

    public Verdict? Verdict { get; init; }

    /// <summary>Intersection over union of the experts' mask with this one; null where nothing is marked in both, or no expert said anything.</summary>
    public double? Iou { get; set; }

    /// <summary>The annotation as JSON.</summary>
    public required string Content { get; init; }

    public ReviewItem? Item { get; init; }
}
