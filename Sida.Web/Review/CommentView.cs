namespace Sida.Web.Review;

/// <summary>A comment on an item.</summary>
/// <param name="Id">Names it.</param>
/// <param name="ItemId">On what.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="AuthorName">As they are called.</param>
/// <param name="Text">Plain text.</param>
/// <param name="X">The pinned place in pixels of the upright picture; null when it is about the whole.</param>
/// <param name="Y">The pinned place in pixels of the upright picture; null when it is about the whole.</param>
/// <param name="ReplyTo">The comment it answers.</param>
/// <param name="Mentions">Who is spoken to.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="ResolvedAt">When it was settled; null while it is open.</param>
/// <param name="ResolvedBy">Who settled it.</param>
/// <param name="IsMine">Whether the caller wrote it.</param>
/// <param name="Url">The editor at this comment.</param>
public sealed record CommentView(
    Guid Id,
    Guid ItemId,
    Guid Author,
    string AuthorName,
    string Text,
    double? X,
    double? Y,
    Guid? ReplyTo,
    IReadOnlyList<Guid> Mentions,
    DateTimeOffset WrittenAt,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy,
    bool IsMine,
    string Url);
