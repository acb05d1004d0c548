using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Comments;

/// <summary>The comments on an item that somebody may see: an annotator those about their own annotation.</summary>
internal sealed class CommentReader(PeopleDirectory people)
{
    public async Task<IReadOnlyList<CommentView>> ReadAsync(ReviewScope scope, ReviewItem item, AnnotationLine? mine, CancellationToken cancellation)
    {
        IQueryable<ReviewComment> rows = Visible(scope, item.Id, mine?.Id);
        List<ReviewComment> comments = await rows.AsNoTracking().Include(row => row.Mentions).OrderBy(row => row.WrittenAt).ToListAsync(cancellation);
        return await ViewAsync(scope, comments, cancellation);
    }

    /// <summary>The comments of an item that the caller may see.</summary>
    public static IQueryable<ReviewComment> Visible(ReviewScope scope, Guid itemId, Guid? mine)
    {
        IQueryable<ReviewComment> rows = scope.Db.ReviewComments.Where(row => row.ProjectId == scope.ProjectId && row.ItemId == itemId);
        return scope.SeesAll ? rows : rows.Where(row => row.LineId != null && row.LineId == mine);
    }

    public async Task<IReadOnlyList<CommentView>> ViewAsync(ReviewScope scope, IReadOnlyList<ReviewComment> comments, CancellationToken cancellation)
    {
        Names names = await Names.OfAsync(people, comments.Select(row => row.Author).Concat(comments.Select(row => row.ResolvedBy).OfType<Guid>()), cancellation);
        return
        [
            .. comments.Select(row => new CommentView(
                row.Id,
                row.ItemId,
                row.Author,
                names[row.Author],
                row.Text,
                row.X,
                row.Y,
                row.ReplyTo,
                [.. row.Mentions.Select(mention => mention.Person)],
                row.WrittenAt,
                row.ResolvedAt,
                row.ResolvedBy is { } resolver ? names[resolver] : null,
                row.Author == scope.Person,
                ReviewAddress.Comment(scope.ProjectId, row.ItemId, row.Id))),
        ];
    }
}
