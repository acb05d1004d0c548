using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Comments;

/// <summary>Comments on items, pinned to a place or not.</summary>
internal sealed class CommentService(AccessService access, CommentReader reader, ReviewJournal journal, IOptions<ReviewOptions> options, TimeProvider clock)
{
    private const int MaxLength = 2000;
    private const int MaxMentions = 20;
    private const int MaxListed = 200;

    /// <summary>The comments on an item, the oldest first.</summary>
    public async Task<IReadOnlyList<CommentView>> ListAsync(Caller caller, Guid itemId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        ReviewItem item = await ItemReader.FindAsync(scope, itemId, cancellation);
        return await reader.ReadAsync(scope, item, Mine(scope, item), cancellation);
    }

    /// <summary>Writes a comment about the caller's own annotation or, by a reviewer, about the one that is shown.</summary>
    /// <exception cref="RequestException">The text, the place or a mention is not possible.</exception>
    public async Task<CommentView> AddAsync(Caller caller, Guid itemId, NewComment comment, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        ReviewComment row = await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                if (!ItemReader.IsVisible(scope, item))
                {
                    throw AccessService.NoItem();
                }

                ReviewComment written = await NewRowAsync(scope, item, comment, cancellation);
                scope.Db.ReviewComments.Add(written);
                item.OpenComments++;
                item.Revision++;
                return written;
            },
            cancellation);
        return (await reader.ViewAsync(scope, [row], cancellation))[0];
    }

    /// <summary>Settles a comment, or opens it again.</summary>
    /// <exception cref="NotFoundException">There is no such comment, or it isn't the caller's to see.</exception>
    public async Task ResolveAsync(Caller caller, Guid itemId, Guid commentId, bool resolved, CancellationToken cancellation) =>
        await ChangeAsync(
            caller,
            itemId,
            commentId,
            (scope, item, row) =>
            {
                if (row.ResolvedAt is null == resolved)
                {
                    (row.ResolvedAt, row.ResolvedBy) = resolved ? (clock.GetUtcNow(), scope.Person) : ((DateTimeOffset?)null, (Guid?)null);
                    item.OpenComments += resolved ? -1 : 1;
                    journal.Record(scope, resolved ? AuditAction.CommentResolved : AuditAction.CommentReopened, itemId, new { comment = commentId });
                }
            },
            cancellation);

    /// <summary>Takes a comment back: one's own, or, by a manager, anybody's. Its replies stay.</summary>
    /// <exception cref="ForbiddenException">It is somebody else's.</exception>
    public async Task DeleteAsync(Caller caller, Guid itemId, Guid commentId, CancellationToken cancellation) =>
        await ChangeAsync(
            caller,
            itemId,
            commentId,
            (scope, item, row) =>
            {
                if (row.Author != scope.Person)
                {
                    scope.Require(ProjectRole.Manager);
                }

                item.OpenComments -= row.ResolvedAt is null ? 1 : 0;
                scope.Db.ReviewComments.Remove(row);
                journal.Record(scope, AuditAction.CommentDeleted, itemId, new { comment = commentId, row.Author });
            },
            cancellation);

    /// <summary>Open comments of a project that speak to the caller, the newest first; seeing them here counts as having seen them.</summary>
    public async Task<IReadOnlyList<MentionView>> MentionsAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        List<CommentMention> mentions = await scope.Db.CommentMentions.Include(row => row.Comment!.Mentions)
            .Where(row => row.ProjectId == projectId && row.Person == scope.Person && row.Comment!.ResolvedAt == null)
            .OrderByDescending(row => row.Comment!.WrittenAt).Take(MaxListed).ToListAsync(cancellation);
        IReadOnlyList<CommentView> views = await reader.ViewAsync(scope, [.. mentions.Select(row => row.Comment!)], cancellation);
        List<MentionView> result = [.. views.Zip(mentions, (view, mention) => new MentionView(view, mention.SeenAt is null))];
        DateTimeOffset now = clock.GetUtcNow();
        mentions.ForEach(row => row.SeenAt ??= now);
        await scope.Db.SaveChangesAsync(cancellation);
        return result;
    }

    private async Task ChangeAsync(Caller caller, Guid itemId, Guid commentId, Action<ReviewScope, ReviewItem, ReviewComment> change, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                ReviewComment row = await CommentReader.Visible(scope, itemId, Mine(scope, item)?.Id).FirstOrDefaultAsync(row => row.Id == commentId, cancellation)
                    ?? throw new NotFoundException("There is no such comment.");
                change(scope, item, row);
                item.Revision++;
                return true;
            },
            cancellation);
    }

    private async Task<ReviewComment> NewRowAsync(ReviewScope scope, ReviewItem item, NewComment comment, CancellationToken cancellation)
    {
        string text = StoredText.Check(comment.Text ?? "", "The comment").Trim();
        if (text.Length is 0 or > MaxLength)
        {
            throw new RequestException($"A comment has 1 to {MaxLength} characters.");
        }

        bool pinned = comment.X is not null || comment.Y is not null;
        if (pinned && !(comment.X >= 0 && comment.X <= item.Width && comment.Y >= 0 && comment.Y <= item.Height))
        {
            throw new RequestException($"x and y are a place in the picture: 0 to {item.Width} and 0 to {item.Height}. Send both or neither.");
        }

        int written = await scope.Db.ReviewComments.CountAsync(row => row.ProjectId == scope.ProjectId && row.ItemId == item.Id, cancellation);
        if (written >= options.Value.MaxComments)
        {
            throw new LimitException($"There are {written} comments on this item (Sida:Review:MaxComments). Delete some that are settled.");
        }

        AnnotationLine? mine = Mine(scope, item);
        AnnotationLine? about = scope.SeesAll ? ItemReader.Shown(scope, item, mine, comment.LineId) : mine;
        if (comment.ReplyTo is { } to && !await CommentReader.Visible(scope, item.Id, mine?.Id).AnyAsync(row => row.Id == to, cancellation))
        {
            throw new NotFoundException("There is no such comment to reply to.");
        }

        ReviewComment row = new()
        {
            Id = Guid.CreateVersion7(),
            ProjectId = item.ProjectId,
            ItemId = item.Id,
            LineId = about?.Id ?? throw new RequestException("Take the item first: a comment is about somebody's annotation."),
            Author = scope.Person,
            Text = text,
            X = comment.X,
            Y = comment.Y,
            ReplyTo = comment.ReplyTo,
            WrittenAt = clock.GetUtcNow(),
        };
        foreach (Guid person in await MentionedAsync(scope, about, comment.Mentions ?? [], cancellation))
        {
            row.Mentions.Add(new CommentMention { ProjectId = item.ProjectId, CommentId = row.Id, Person = person });
        }

        return row;
    }

    /// <summary>Those who can see the comment: reviewers, and whose annotation it is about.</summary>
    private static async Task<List<Guid>> MentionedAsync(ReviewScope scope, AnnotationLine about, IReadOnlyList<Guid> persons, CancellationToken cancellation)
    {
        if (persons.Count > MaxMentions)
        {
            throw new RequestException($"At most {MaxMentions} people can be mentioned in a comment.");
        }

        List<Guid> known = await scope.Db.ProjectMembers
            .Where(row => row.ProjectId == scope.ProjectId && persons.Contains(row.Person) && (row.Role != ProjectRole.Annotator || row.Person == about.Annotator))
            .Select(row => row.Person).ToListAsync(cancellation);
        return known.Count == persons.Distinct().Count()
            ? known
            : throw new RequestException("Only the item's annotator and the project's reviewers see this comment; mention one of them.");
    }

    private static AnnotationLine? Mine(ReviewScope scope, ReviewItem item) => item.Lines.Find(line => line.Annotator == scope.Person && line.State != LineState.Lapsed);
}

/// <summary>A comment to be written.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="X">A place in pixels of the upright picture; absent for the whole.</param>
/// <param name="Y">A place in pixels of the upright picture; absent for the whole.</param>
/// <param name="ReplyTo">The comment it answers.</param>
/// <param name="Mentions">Members who are spoken to.</param>
/// <param name="LineId">For reviewers: about whose annotation, where there are several.</param>
public sealed record NewComment(string Text, double? X = null, double? Y = null, Guid? ReplyTo = null, IReadOnlyList<Guid>? Mentions = null, Guid? LineId = null);

/// <summary>A comment that speaks to the caller.</summary>
/// <param name="Comment">The comment.</param>
/// <param name="IsNew">Whether it was not seen before.</param>
public sealed record MentionView(CommentView Comment, bool IsNew);
