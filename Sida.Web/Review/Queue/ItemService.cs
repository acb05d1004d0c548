using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>The queue of a project, a page at a time.</summary>
internal sealed class ItemService(AccessService access, PeopleDirectory people, Reservations reservations, ItemReader reader, ItemIntake intake)
{
    private const int MaxOwn = 200;

    /// <summary>Adds items; those that are there already (same source and key) are passed over.</summary>
    /// <returns>How many were added.</returns>
    /// <exception cref="ForbiddenException">The caller is no manager.</exception>
    public Task<int> AddAsync(Caller caller, Guid projectId, IAsyncEnumerable<NewItem> items, CancellationToken cancellation) =>
        intake.AddAsync(caller, projectId, ProjectRole.Manager, items, cancellation);

    /// <summary>Adds an answer of the caller's chat as an item.</summary>
    /// <returns>The item; where it was added before, that one.</returns>
    /// <exception cref="NotFoundException">There is no such analysis, or it has no picture.</exception>
    public Task<Guid> AddFromAnalysisAsync(Caller caller, Guid projectId, Guid analysisId, CancellationToken cancellation) =>
        intake.AddFromAnalysisAsync(caller, projectId, analysisId, cancellation);

    /// <summary>Adds an uploaded picture of the caller as an item that no model was asked about.</summary>
    /// <returns>The item; where it was added before, that one.</returns>
    public Task<Guid> AddFromPictureAsync(Caller caller, Guid projectId, Guid pictureId, CancellationToken cancellation) =>
        intake.AddFromPictureAsync(caller, projectId, pictureId, cancellation);

    /// <summary>Adds answers of the caller's chats and pictures of theirs.</summary>
    /// <returns>The items, in order; where one was added before, that one.</returns>
    public async Task<IReadOnlyList<Guid>> AddOwnAsync(Caller caller, Guid projectId, IReadOnlyList<Guid> analyses, IReadOnlyList<Guid> pictures, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        if (analyses.Count + pictures.Count is 0 or > MaxOwn)
        {
            throw new RequestException($"Name 1 to {MaxOwn} analyses or pictures.");
        }

        List<Guid> added = [];
        foreach (Guid analysis in analyses)
        {
            added.Add(await AddFromAnalysisAsync(caller, projectId, analysis, cancellation));
        }

        foreach (Guid picture in pictures)
        {
            added.Add(await AddFromPictureAsync(caller, projectId, picture, cancellation));
        }

        return added;
    }

    /// <summary>A page of the queue.</summary>
    public async Task<ItemPage> ListAsync(Caller caller, Guid projectId, ItemQuery query, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        await reservations.SweepAsync(scope, cancellation);
        IQueryable<QueueEntry> rows = QueueFilter.Where(scope, query);
        int total = await rows.CountAsync(cancellation);
        var page = await QueueFilter.Order(rows, query.Sort, scope.SeesAll).Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, ItemQuery.MaxTake))
            .Select(row => new
            {
                row.Item.Id,
                row.Item.Number,
                row.Item.FileName,
                row.Item.State,
                row.Item.ModelVerdict,
                row.Item.Verdict,
                row.Item.Doubt,
                row.Item.Disagreement,
                row.Item.Place,
                row.Item.MaskShare,
                row.Item.ModelPlace,
                row.Item.ModelMaskShare,
                row.Item.OpenComments,
                row.Item.CreatedAt,
                row.Item.ChangedAt,
                row.Item.IsHoneypot,
                row.Mine,
            })
            .ToListAsync(cancellation);
        Guid[] ids = [.. page.Select(row => row.Id)];
        List<AnnotationLine> lines = scope.SeesAll
            ? await scope.Lines.AsNoTracking().Where(line => ids.Contains(line.ItemId) && line.State != LineState.Lapsed).ToListAsync(cancellation)
            : [.. page.Select(row => row.Mine).OfType<AnnotationLine>()];
        ILookup<Guid, AnnotationLine> byItem = lines.ToLookup(line => line.ItemId);
        Names names = await Names.OfAsync(people, lines.Select(line => line.Annotator), cancellation);
        Dictionary<Guid, int> comments = scope.SeesAll ? [] : await MyCommentsAsync(scope, lines, cancellation);
        bool manager = scope.Role == ProjectRole.Manager;
        return new ItemPage(
            [
                .. page.Select(row => new ItemSummary
                {
                    Id = row.Id,
                    Number = row.Number,
                    FileName = row.FileName,
                    State = scope.SeesAll ? row.State : ItemProgress.StateFor(row.Mine),
                    ThumbnailUrl = ReviewAddress.Thumbnail(row.Id),
                    ModelVerdict = row.ModelVerdict,
                    Verdict = scope.SeesAll ? row.Verdict : row.Mine?.Verdict,
                    Doubt = row.Doubt,
                    Disagreement = scope.SeesAll ? row.Disagreement : null,
                    Area = scope.SeesAll ? row.Place : row.Mine?.SubmittedAt is null ? row.ModelPlace : row.Mine.Place,
                    MaskShare = scope.SeesAll ? row.MaskShare : row.Mine?.SubmittedAt is null ? row.ModelMaskShare : row.Mine.MaskShare,
                    Annotators = [.. byItem[row.Id].Where(line => line.StartedAt is not null || line.IsAssigned).Select(line => names[line.Annotator]).Order(StringComparer.OrdinalIgnoreCase)],
                    HeldUntil = byItem[row.Id].Max(line => line.ReservedUntil),
                    OpenComments = scope.SeesAll ? row.OpenComments : comments.GetValueOrDefault(row.Id),
                    IsHoneypot = manager ? row.IsHoneypot : null,
                    ChangedAt = scope.SeesAll ? row.ChangedAt : row.Mine?.SeenAt ?? row.CreatedAt,
                }),
            ],
            total);
    }

    /// <summary>An item with everything that its editor shows.</summary>
    /// <param name="caller">Who is asking.</param>
    /// <param name="itemId">Which item.</param>
    /// <param name="lineId">Whose annotation to show; for an annotator always their own, for a reviewer by default the one to decide about.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    public async Task<ItemView> GetAsync(Caller caller, Guid itemId, Guid? lineId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        await reservations.SweepAsync(scope, cancellation);
        return await reader.ReadAsync(scope, itemId, lineId, cancellation);
    }

    private static async Task<Dictionary<Guid, int>> MyCommentsAsync(ReviewScope scope, List<AnnotationLine> lines, CancellationToken cancellation)
    {
        Guid?[] mine = [.. lines.Select(line => (Guid?)line.Id)];
        return await scope.Db.ReviewComments.Where(row => row.ProjectId == scope.ProjectId && row.ResolvedAt == null && mine.Contains(row.LineId))
            .GroupBy(row => row.ItemId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
    }
}
