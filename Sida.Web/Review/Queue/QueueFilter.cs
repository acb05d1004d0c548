using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>An item and, where an annotator looks, their own line of it.</summary>
internal sealed class QueueEntry
{
    public required ReviewItem Item { get; init; }

    public AnnotationLine? Mine { get; init; }
}

/// <summary>
/// Which items somebody sees. Reviewers see all. An annotator sees their own and those that are free, and of each only what they did
/// themselves: neither other people's work nor that an answer is known can be told from it.
/// </summary>
internal static class QueueFilter
{
    private const int MaxSearchLength = 200;

    /// <summary>The items that the caller may see.</summary>
    public static IQueryable<QueueEntry> Visible(ReviewScope scope)
    {
        if (scope.SeesAll)
        {
            return scope.Items.Select(item => new QueueEntry { Item = item });
        }

        Guid me = scope.Person;
        bool honeypots = scope.Project.HoneypotShare > 0;
        return
            from item in scope.Items
            join line in scope.Lines.Where(line => line.Annotator == me) on item.Id equals line.ItemId into lines
            from mine in lines.DefaultIfEmpty()
            where (mine != null && mine.State != LineState.Lapsed) || (item.OpenSlots > 0 && (honeypots || !item.IsHoneypot))
            select new QueueEntry { Item = item, Mine = mine };
    }

    /// <summary>Those that a query asks for.</summary>
    /// <exception cref="RequestException">The query can't be read.</exception>
    public static IQueryable<QueueEntry> Where(ReviewScope scope, ItemQuery query)
    {
        IQueryable<QueueEntry> rows = Visible(scope);
        bool all = scope.SeesAll;
        if (query.State is { } state)
        {
            rows = all ? rows.Where(row => row.Item.State == state) : Mine(rows, state);
        }

        if (query.Verdict is { } verdict)
        {
            rows = all
                ? rows.Where(row => row.Item.ShownVerdict == verdict)
                : rows.Where(row => row.Mine != null && row.Mine.Verdict != null ? row.Mine.Verdict == verdict : row.Item.ModelVerdict == verdict);
        }

        if (query.MinDoubt is { } doubt)
        {
            rows = rows.Where(row => row.Item.Doubt >= doubt);
        }

        if (query.Area is { } area)
        {
            rows = all
                ? rows.Where(row => row.Item.Place == area)
                : rows.Where(row => row.Mine != null && row.Mine.SubmittedAt != null ? row.Mine.Place == area : row.Item.ModelPlace == area);
        }

        if (query.Search.Trim() is { Length: > 0 } search)
        {
            StoredText.Check(search, "The search");
            string pattern = SearchText.Pattern(search.Length <= MaxSearchLength ? search : search[..MaxSearchLength]);
            rows = rows.Where(row => EF.Functions.Like(row.Item.FileNameSearch, pattern, SearchText.Escape));
        }

        return all ? ForReviewers(rows, query) : rows;
    }

    public static IOrderedQueryable<QueueEntry> Order(IQueryable<QueueEntry> rows, ItemSort sort, bool all) => sort switch
    {
        ItemSort.Number => rows.OrderBy(row => row.Item.Number),
        ItemSort.Name => rows.OrderBy(row => row.Item.FileNameSearch).ThenBy(row => row.Item.Number),
        ItemSort.Changed when all => rows.OrderByDescending(row => row.Item.ChangedAt).ThenBy(row => row.Item.Number),
        ItemSort.Changed => rows.OrderByDescending(row => (row.Mine != null ? row.Mine.SeenAt : null) ?? row.Item.CreatedAt).ThenBy(row => row.Item.Number),
        ItemSort.Disagreement when all => rows.OrderByDescending(row => row.Item.Disagreement ?? -1).ThenByDescending(row => row.Item.Doubt).ThenBy(row => row.Item.Number),
        _ => rows.OrderByDescending(row => row.Item.Doubt).ThenBy(row => row.Item.Number),
    };

    private static IQueryable<QueueEntry> ForReviewers(IQueryable<QueueEntry> rows, ItemQuery query)
    {
        if (query.Annotator is { } annotator)
        {
            rows = rows.Where(row => row.Item.Lines.Any(line => line.Annotator == annotator && line.State != LineState.Lapsed));
        }

        return query.MinDisagreement is { } disagreement ? rows.Where(row => row.Item.Disagreement >= disagreement) : rows;
    }

    private static IQueryable<QueueEntry> Mine(IQueryable<QueueEntry> rows, ItemState state) => state switch
    {
        ItemState.New => rows.Where(row => row.Mine == null || row.Mine.State == LineState.Lapsed || (row.Mine.State == LineState.InWork && row.Mine.StartedAt == null)),
        ItemState.InWork => rows.Where(row => row.Mine != null && row.Mine.State == LineState.InWork && row.Mine.StartedAt != null),
        ItemState.Submitted => rows.Where(row => row.Mine != null && row.Mine.State == LineState.Submitted),
        ItemState.Returned => rows.Where(row => row.Mine != null && row.Mine.State == LineState.Returned),
        _ => rows.Where(row => row.Mine != null && row.Mine.State == LineState.Accepted),
    };
}
