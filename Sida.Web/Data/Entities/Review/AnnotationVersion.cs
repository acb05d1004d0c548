using Sida.Engine;
using Sida.Web.Review;

namespace Sida.Web.Data.Entities.Review;

/// <summary>One save. Never changed, never removed while its item exists.</summary>
internal sealed class AnnotationVersion : IProjectRow
{
    public required Guid ProjectId { get; init; }

    public required Guid LineId { get; init; }

    /// <summary>Counts the versions of a line, from 1. The key of two that were saved at once would be the same: one is refused.</summary>
    public required int Number { get; init; }

    public required Guid Author { get; init; }

    public required DateTimeOffset SavedAt { get; init; }

    public required VersionKind Kind { get; init; }

    public required int BasedOn { get; init; }

    public string? ModelName { get; init; }

    public string? ModelHash { get; init; }

    public Verdict? Verdict { get; init; }

    /// <summary>Intersection over union with the mask before.</summary>
    public required double MaskIou { get; init; }

    /// <summary>The annotation as JSON.</summary>
    public required string Content { get; init; }

    public AnnotationLine? Line { get; init; }
}
