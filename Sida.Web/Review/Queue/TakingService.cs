using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>Who works on which item: reserving, giving back, handing out.</summary>
internal sealed class TakingService(
    AccessService access, PeopleDirectory people, Reservations reservations, ItemReader reader, AssignmentService assignments, IOptions<ReviewOptions> options, TimeProvider clock)
{
    private const int MaxRaces = 5;

    /// <summary>Reserves an item for the caller: to annotate it, or, when it waits for a decision and the caller is a reviewer, to decide.</summary>
    /// <returns>The item as the editor shows it.</returns>
    /// <exception cref="ConflictException">Somebody else has it; the message says who.</exception>
    public async Task<ItemView> TakeAsync(Caller caller, Guid itemId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        await reservations.SweepAsync(scope, cancellation);
        await TakeAsync(scope, itemId, cancellation);
        return await reader.ReadAsync(scope, itemId, null, cancellation);
    }

    /// <summary>Reserves the next item.</summary>
    /// <param name="caller">For whom.</param>
    /// <param name="projectId">In which project.</param>
    /// <param name="kind">To do what.</param>
    /// <param name="except">An item to pass over: the one that the caller comes from.</param>
    /// <param name="cancellation">Stops looking.</param>
    /// <returns>The item; null when there is nothing to do.</returns>
    public async Task<Guid?> TakeNextAsync(Caller caller, Guid projectId, WorkKind kind, Guid? except, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, kind == WorkKind.Review ? ProjectRole.Reviewer : ProjectRole.Annotator, cancellation);
        scope.RequireOpen();
        await reservations.SweepAsync(scope, cancellation);
        for (int races = 0; races < MaxRaces; races++)
        {
            Guid? next = kind == WorkKind.Review
                ? await NextItem.ToReviewAsync(scope, except, clock.GetUtcNow(), cancellation)
                : await NextItem.ToAnnotateAsync(scope, except, cancellation);
            if (next is not { } id)
            {
                return null;
            }

            try
            {
                await TakeAsync(scope, id, cancellation);
                return id;
            }
            catch (ConflictException)
            {
                // Somebody else was faster: the next one, then.
            }
        }

        throw new BusyException("Many people take items at this moment. Try again.");
    }

    /// <summary>Gives an item back: free for others, unless it was assigned or returned to the caller. What was saved is kept.</summary>
    public async Task ReleaseAsync(Caller caller, Guid itemId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        await ItemChange.RunAsync(
            scope,
            itemId,
            item =>
            {
                if (item.Reviewer == scope.Person)
                {
                    (item.Reviewer, item.ReviewedUntil) = (null, null);
                }

                if (item.Lines.Find(line => line.Annotator == scope.Person) is { State: LineState.InWork } mine)
                {
                    Reservations.End(scope, item, mine);
                }

                ItemProgress.Recount(item, scope.Project.Overlap);
                return Task.FromResult(true);
            },
            cancellation);
    }

    /// <summary>Gives items to somebody, or takes back what nobody has begun.</summary>
    /// <inheritdoc cref="AssignmentService.AssignAsync"/>
    public Task<Assigned> AssignAsync(Caller caller, Guid projectId, IReadOnlyCollection<Guid> itemIds, Guid? person, CancellationToken cancellation) =>
        assignments.AssignAsync(caller, projectId, itemIds, person, cancellation);

    private async Task TakeAsync(ReviewScope scope, Guid itemId, CancellationToken cancellation) => await ItemChange.RunAsync(
        scope,
        itemId,
        async item =>
        {
            DateTimeOffset now = clock.GetUtcNow();
            Names names = await Names.OfAsync(people, [.. item.Lines.Select(line => line.Annotator), item.Reviewer ?? Guid.Empty], cancellation);
            bool decides = scope.SeesAll && item.State == ItemState.Submitted && item.Lines.Exists(line => line.State == LineState.Submitted && line.Annotator != scope.Person)
                && !item.Lines.Exists(line => line.Annotator == scope.Person && line.State is LineState.InWork or LineState.Returned);
            if (decides)
            {
                Taking.TakeForReview(scope, item, names, now);
                return true;
            }

            int held = await scope.Lines.CountAsync(line => line.Annotator == scope.Person && line.State == LineState.InWork && line.ReservedUntil >= now && line.ItemId != itemId, cancellation);
            if (held >= options.Value.MaxHeld)
            {
                throw new LimitException($"You have {held} items open in this project (Sida:Review:MaxHeld). Hand some in or give them back first.");
            }

            Taking.Take(scope, item, names, now);
            return true;
        },
        cancellation);
}
