using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>How many items there are in each state, as far as the caller may know.</summary>
internal static class ItemCounts
{
    public static async Task<IReadOnlyDictionary<ItemState, int>> OfAsync(ReviewScope scope, CancellationToken cancellation)
    {
        Dictionary<ItemState, int> counts = Enum.GetValues<ItemState>().ToDictionary(state => state, _ => 0);
        if (scope.SeesAll)
        {
            foreach (var row in await scope.Items.GroupBy(item => item.State).Select(group => new { State = group.Key, Count = group.Count() }).ToListAsync(cancellation))
            {
                counts[row.State] = row.Count;
            }

            return counts;
        }

        // The own lines by state, and everything else that is visible is new to the caller.
        var mine = await scope.Lines.Where(line => line.Annotator == scope.Person && line.State != LineState.Lapsed)
            .GroupBy(line => new { line.State, Started = line.StartedAt != null }).Select(group => new { group.Key.State, group.Key.Started, Count = group.Count() }).ToListAsync(cancellation);
        foreach (var row in mine)
        {
            counts[StateOf(row.State, row.Started)] += row.Count;
        }

        counts[ItemState.New] += await QueueFilter.Visible(scope).CountAsync(cancellation) - mine.Sum(row => row.Count);
        return counts;
    }

    private static ItemState StateOf(LineState state, bool started) => state switch
    {
        LineState.InWork => started ? ItemState.InWork : ItemState.New,
        LineState.Submitted => ItemState.Submitted,
        LineState.Returned => ItemState.Returned,
        _ => ItemState.Accepted,
    };
}
