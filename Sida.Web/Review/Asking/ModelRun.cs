using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Asking;

/// <summary>
/// Asks a model about items that are in the queue already, one after the other. What this package has said already is passed over, so a run
/// that was stopped, or is made again, goes on where it was; what somebody has in their hands is left alone.
/// </summary>
internal sealed class ModelRun(AccessService access, ModelAnnotator annotator, TimeProvider clock)
{
    private const int PageSize = 100;

    /// <summary>The items that an order means.</summary>
    /// <exception cref="RequestException">The filter can't be read.</exception>
    public static IQueryable<ReviewItem> Among(ReviewScope scope, AskOrder order)
    {
        if (order.Filter is { } filter)
        {
            return QueueFilter.Where(scope, filter).Select(row => row.Item);
        }

        Guid[] ids = [.. order.ItemIds!];
        return scope.Items.Where(item => ids.Contains(item.Id));
    }

    /// <summary>Asks.</summary>
    /// <param name="caller">On whose behalf; a manager of the project.</param>
    /// <param name="projectId">Which project.</param>
    /// <param name="order">Which model, which items.</param>
    /// <param name="progress">Told of each item.</param>
    /// <param name="cancellation">Stops, also while the model is asked.</param>
    /// <exception cref="SidaException">The model can't be asked, or the project may not be changed.</exception>
    public async Task RunAsync(Caller caller, Guid projectId, AskOrder order, ImportProgress progress, CancellationToken cancellation)
    {
        await using (ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation))
        {
            progress.Expect(await Among(scope, order).CountAsync(cancellation));
        }

        (string model, string hash) = await annotator.IdentifyAsync(order.Model, cancellation);
        int last = 0;
        while (await PageAsync(caller, projectId, order, last, cancellation) is { Count: > 0 } page)
        {
            foreach (Target target in page)
            {
                await AskAsync(caller, projectId, target.Id, model, hash, progress, cancellation);
                last = target.Number;
            }
        }
    }

    private async Task AskAsync(Caller caller, Guid projectId, Guid itemId, string model, string hash, ImportProgress progress, CancellationToken cancellation)
    {
        ReviewItem item;
        await using (ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation))
        {
            scope.RequireOpen();
            item = await scope.Items.AsNoTracking().Include(row => row.Lines).FirstAsync(row => row.Id == itemId, cancellation);
        }

        if (ModelAnswer.IsOf(item, model, hash))
        {
            progress.PassOver();
            return;
        }

        string? hindrance = ModelAnswer.FindHindrance(item, clock.GetUtcNow());
        if (hindrance is null)
        {
            try
            {
                ModelOpinion opinion = await annotator.AskAsync(item.Picture, model, cancellation);
                hindrance = await StoreAsync(caller, projectId, itemId, opinion, cancellation);
            }
            catch (Exception error) when (error is RequestException or ImageException or InvalidDataException)
            {
                hindrance = error.Message;
            }
        }

        if (hindrance is null)
        {
            progress.Add(1, 0);
        }
        else
        {
            progress.LeaveOut($"{item.Number}. {item.FileName}: {hindrance}");
        }
    }

    /// <summary>Null when it is stored, or why not: the model took its time, and somebody may have begun meanwhile.</summary>
    private async Task<string?> StoreAsync(Caller caller, Guid projectId, Guid itemId, ModelOpinion opinion, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        return await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                DateTimeOffset now = clock.GetUtcNow();
                string? hindrance = ModelAnswer.FindHindrance(item, now);
                if (hindrance is null)
                {
                    await ModelAnswer.ReplaceAsync(scope, item, opinion, now, cancellation);
                }

                return hindrance;
            },
            cancellation);
    }

    /// <summary>The next items by number. A filter is asked anew each time: what an answer took out of it is behind us, what came in behind us waits for the next run.</summary>
    private async Task<List<Target>> PageAsync(Caller caller, Guid projectId, AskOrder order, int after, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        return await Among(scope, order).Where(item => item.Number > after).OrderBy(item => item.Number).Take(PageSize)
            .Select(item => new Target(item.Id, item.Number)).ToListAsync(cancellation);
    }

    private sealed record Target(Guid Id, int Number);
}
