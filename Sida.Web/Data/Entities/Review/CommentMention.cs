namespace Sida.Web.Data.Entities.Review;

/// <summary>Somebody who is spoken to in a comment.</summary>
internal sealed class CommentMention : IProjectRow
{
    public required Guid ProjectId { get; init; }

    public required Guid CommentId { get; init; }

    public required Guid Person { get; init; }

    public DateTimeOffset? SeenAt { get; set; }

    public ReviewComment? Comment { get; init; }
}
