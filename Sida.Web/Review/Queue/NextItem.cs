using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>
/// Which item comes next: what was returned to oneself, what one has begun or was given, then the most doubtful free one - doubtful to the
/// model, or to the experts who had it before and disagree. Honeypots
/// are mixed in by chance, each as often as the project says, so that no pattern tells which they are.
/// </summary>
internal static class NextItem
{
    private const int ChanceScale = 1_000_000;

    /// <summary>The next item to annotate; null when there is none.</summary>
    public static async Task<Guid?> ToAnnotateAsync(ReviewScope scope, Guid? except, CancellationToken cancellation)
    {
        Guid me = scope.Person;
        Guid? own = await scope.Lines.Where(line => line.Annotator == me && (line.State == LineState.Returned || line.State == LineState.InWork) && line.ItemId != except)
            .OrderByDescending(line => line.State == LineState.Returned).ThenByDescending(line => line.Item!.Doubt).ThenBy(line => line.Item!.Number)
            .Select(line => (Guid?)line.ItemId).FirstOrDefaultAsync(cancellation);
        if (own is not null)
        {
            return own;
        }

        double share = scope.Project.HoneypotShare;
        if (share <= 0)
        {
            return await FreeAsync(scope, honeypot: false, except, cancellation);
        }

        bool honeypotFirst = RandomNumberGenerator.GetInt32(ChanceScale) < share * ChanceScale;
        // When only the other kind is left, that is handed out: a queue that shows items but gives none would tell what they are.
        return await FreeAsync(scope, honeypotFirst, except, cancellation) ?? await FreeAsync(scope, !honeypotFirst, except, cancellation);
    }

    /// <summary>The next item to decide about; null when there is none.</summary>
    public static async Task<Guid?> ToReviewAsync(ReviewScope scope, Guid? except, DateTimeOffset now, CancellationToken cancellation)
    {
        Guid me = scope.Person;
        return await scope.Items
            .Where(item => item.State == ItemState.Submitted && item.Id != except
                && (item.Reviewer == null || item.Reviewer == me || item.ReviewedUntil < now)
                && item.Lines.Any(line => line.State == LineState.Submitted && line.Annotator != me))
            .OrderByDescending(item => item.Disagreement ?? -1).ThenByDescending(item => item.Doubt).ThenBy(item => item.Number)
            .Select(item => (Guid?)item.Id).FirstOrDefaultAsync(cancellation);
    }

    private static async Task<Guid?> FreeAsync(ReviewScope scope, bool honeypot, Guid? except, CancellationToken cancellation)
    {
        Guid me = scope.Person;
        return await scope.Items
            .Where(item => item.OpenSlots > 0 && item.IsHoneypot == honeypot && item.Id != except && !item.Lines.Any(line => line.Annotator == me && line.State != LineState.Lapsed))
            // What neither the model is sure of nor the experts agree about: certainty and agreement count as if they were independent.
            .OrderBy(item => (1 - item.Doubt) * (1 - (item.Disagreement ?? 0))).ThenBy(item => item.Number)
            .Select(item => (Guid?)item.Id).FirstOrDefaultAsync(cancellation);
    }
}
