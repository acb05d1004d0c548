using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Work;

namespace Sida.Web.Review.Queue;

/// <summary>Puts together what the editor shows of an item, each caller's part of it.</summary>
internal sealed class ItemReader(PeopleDirectory people, VersionReader versions, CommentReader comments, TimeProvider clock)
{
    /// <exception cref="NotFoundException">There is no such item or line, or it isn't the caller's to see.</exception>
    public async Task<ItemView> ReadAsync(ReviewScope scope, Guid itemId, Guid? lineId, CancellationToken cancellation)
    {
        ReviewItem item = await FindAsync(scope, itemId, cancellation);
        AnnotationLine? mine = item.Lines.Find(line => line.Annotator == scope.Person && line.State != LineState.Lapsed);
        AnnotationLine? shown = Shown(scope, item, mine, lineId);
        List<AnnotationLine> lines = scope.SeesAll ? [.. item.Lines.Where(line => line.Latest > 0 || line.State != LineState.Lapsed).OrderBy(line => line.Id)] : mine is null ? [] : [mine];
        Names names = await Names.OfAsync(people, lines.Select(line => line.Annotator), cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        AnnotationLine? held = (lines.Contains(mine!) && mine?.ReservedUntil >= now ? mine : null) ?? lines.Find(line => line.ReservedUntil >= now);
        return new ItemView
        {
            Id = item.Id,
            ProjectId = item.ProjectId,
            Number = item.Number,
            State = scope.SeesAll ? item.State : ItemProgress.StateFor(mine),
            Picture = item.Picture,
            PictureUrl = ReviewAddress.Picture(item.Id),
            Role = scope.Role,
            Model = item.ModelAnnotation is { } model ? WebJson.Read<Annotation>(model) : null,
            ModelName = item.ModelName,
            Probabilities = item.Probabilities,
            Current = shown is { Latest: > 0 } ? await versions.ReadAsync(scope, item, shown, shown.Latest, cancellation) : null,
            Latest = shown?.Latest ?? 0,
            Lines =
            [
                .. lines.Select(line => new LineView(
                    line.Id, line.Annotator, names[line.Annotator], ItemProgress.StateFor(line), line.Latest, line.Verdict, line.Id == item.DecidedLineId && (scope.SeesAll || line == mine))),
            ],
            LineId = shown?.Id,
            HeldBy = held is null ? null : names[held.Annotator],
            IsMine = held is not null && held == mine,
            HeldUntil = held?.ReservedUntil,
            ReturnReason = shown?.ReturnReason,
            Can = ItemRights.Of(scope, item, mine, shown),
            IsHoneypot = scope.Role == ProjectRole.Manager ? item.IsHoneypot : null,
            Guidelines = scope.Project.Guidelines,
            Labels = scope.Project.Labels,
            Comments = await comments.ReadAsync(scope, item, mine, cancellation),
        };
    }

    /// <summary>An item with its lines, as far as the caller may see it at all.</summary>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    public static async Task<ReviewItem> FindAsync(ReviewScope scope, Guid itemId, CancellationToken cancellation)
    {
        ReviewItem? item = await scope.Items.AsNoTracking().Include(row => row.Lines).FirstOrDefaultAsync(row => row.Id == itemId, cancellation);
        return item is not null && IsVisible(scope, item) ? item : throw AccessService.NoItem();
    }

    /// <summary>The same as <see cref="QueueFilter.Visible"/>, for one item.</summary>
    public static bool IsVisible(ReviewScope scope, ReviewItem item) => scope.SeesAll
        || item.Lines.Exists(line => line.Annotator == scope.Person && line.State != LineState.Lapsed)
        || (item.OpenSlots > 0 && (!item.IsHoneypot || scope.Project.HoneypotShare > 0));

    /// <summary>Whose annotation is shown when nobody's was asked for: the own one that is worked on, the decided one, the first to decide about, the own one.</summary>
    public static AnnotationLine? Shown(ReviewScope scope, ReviewItem item, AnnotationLine? mine, Guid? lineId)
    {
        if (!scope.SeesAll)
        {
            return lineId is null || lineId == mine?.Id ? mine : throw AccessService.NoItem();
        }

        if (lineId is { } asked)
        {
            return item.Lines.Find(line => line.Id == asked) ?? throw AccessService.NoItem();
        }

        return mine is { State: LineState.InWork or LineState.Returned } ? mine
            : item.Lines.Find(line => line.Id == item.DecidedLineId)
            ?? item.Lines.Where(line => line.State == LineState.Submitted).OrderBy(line => line.SubmittedAt).FirstOrDefault()
            ?? mine
            ?? item.Lines.OrderBy(line => line.Id).FirstOrDefault(line => line.State != LineState.Lapsed);
    }
}
