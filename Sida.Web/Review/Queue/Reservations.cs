using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>
/// Reservations end by themselves: whoever looks at the queue first after that gives the items free. What was saved is kept in the
/// line; without a save nothing is left of it.
/// </summary>
internal sealed class Reservations(TimeProvider clock)
{
    private const int AtOnce = 200;

    /// <summary>Gives items free whose reservation is over.</summary>
    public async Task SweepAsync(ReviewScope scope, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        List<Guid> due = await scope.Lines.Where(row => row.State == LineState.InWork && row.ReservedUntil < now).OrderBy(row => row.ReservedUntil)
            .Select(row => row.ItemId).Take(AtOnce).ToListAsync(cancellation);
        foreach (Guid[] ids in due.Distinct().Chunk(AtOnce))
        {
            foreach (ReviewItem item in await scope.Items.Include(row => row.Lines).Where(row => ids.Contains(row.Id)).ToListAsync(cancellation))
            {
                foreach (AnnotationLine line in item.Lines.Where(line => line.State == LineState.InWork && line.ReservedUntil < now).ToList())
                {
                    End(scope, item, line);
                }

                ItemProgress.Recount(item, scope.Project.Overlap);
            }

            await TrySaveAsync(scope, cancellation);
        }
    }

    /// <summary>Takes a line out of its editor.</summary>
    public static void End(ReviewScope scope, ReviewItem item, AnnotationLine line)
    {
        line.ReservedUntil = null;
        if (line.ReturnReason is not null)
        {
            // It stays its annotator's: a returned item is not lost to a lunch break.
            line.State = LineState.Returned;
        }
        else if (line.IsAssigned)
        {
            line.State = LineState.InWork;
        }
        else if (line.Latest > 0)
        {
            line.State = LineState.Lapsed;
        }
        else
        {
            item.Lines.Remove(line);
            scope.Db.AnnotationLines.Remove(line);
        }
    }

    /// <summary>Counts all undecided items anew after the overlap was changed.</summary>
    public static async Task RecountAsync(ReviewScope scope, ReviewProject project, CancellationToken cancellation)
    {
        int last = 0;
        while (true)
        {
            scope.Db.ChangeTracker.Clear();
            List<ReviewItem> items = await scope.Items.Include(row => row.Lines).Where(row => row.Number > last && row.DecidedLineId == null && !row.IsHoneypot)
                .OrderBy(row => row.Number).Take(AtOnce).ToListAsync(cancellation);
            if (items.Count == 0)
            {
                return;
            }

            foreach (ReviewItem item in items)
            {
                ItemProgress.Recount(item, project.Overlap);
            }

            last = await TrySaveAsync(scope, cancellation) ? items[^1].Number : last;
        }
    }

    private static async Task<bool> TrySaveAsync(ReviewScope scope, CancellationToken cancellation)
    {
        try
        {
            await scope.Db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else changed one of them at the same moment: the next look does it.
            return false;
        }
        finally
        {
            scope.Db.ChangeTracker.Clear();
        }
    }
}
