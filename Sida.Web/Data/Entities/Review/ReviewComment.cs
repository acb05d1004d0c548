namespace Sida.Web.Data.Entities.Review;

/// <summary>A comment on an item, perhaps pinned to a place of its picture.</summary>
internal sealed class ReviewComment : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid ItemId { get; init; }

    /// <summary>Whose annotation it is about: another annotator of the item doesn't see it. Null: for reviewers only.</summary>
    public Guid? LineId { get; init; }

    public required Guid Author { get; init; }

    public required string Text { get; set; }

    /// <summary>Pixels of the upright picture.</summary>
    public double? X { get; init; }

    /// <summary>Pixels of the upright picture.</summary>
    public double? Y { get; init; }

    public Guid? ReplyTo { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; set; }

    public Guid? ResolvedBy { get; set; }

    public ReviewItem? Item { get; init; }

    public List<CommentMention> Mentions { get; } = [];
}
