using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>Handing out many items at once.</summary>
internal sealed class AssignmentService(AccessService access, PeopleDirectory people, Reservations reservations, ReviewJournal journal)
{
    /// <summary>Items of one call.</summary>
    public const int MaxItems = 1000;

    /// <summary>Gives items to somebody, or takes back what nobody has begun.</summary>
    /// <param name="caller">A manager.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="itemIds">The items, at most <see cref="MaxItems"/>.</param>
    /// <param name="person">The member who gets them; null to take them back.</param>
    /// <param name="cancellation">Stops between two items.</param>
    /// <returns>How many were changed, and which were not and why.</returns>
    public async Task<Assigned> AssignAsync(Caller caller, Guid projectId, IReadOnlyCollection<Guid> itemIds, Guid? person, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        if (itemIds.Count is 0 or > MaxItems)
        {
            throw new RequestException($"Choose 1 to {MaxItems} items.");
        }

        scope.RequireOpen();
        await reservations.SweepAsync(scope, cancellation);
        if (person is { } member && !await scope.Db.ProjectMembers.AnyAsync(row => row.ProjectId == projectId && row.Person == member, cancellation))
        {
            throw new RequestException("Items are given to members. Make this person one first.");
        }

        List<Unassigned> left = [];
        int done = 0;
        foreach (Guid id in itemIds.Distinct())
        {
            string? why = await scope.Items.AnyAsync(row => row.Id == id, cancellation)
                ? await ItemChange.RunAsync(scope, id, item => ChangeAsync(scope, item, person, cancellation), cancellation)
                : "There is no such item in this project.";
            if (why is null)
            {
                done++;
            }
            else
            {
                left.Add(new Unassigned(id, why));
            }
        }

        if (done > 0)
        {
            scope.Db.ChangeTracker.Clear();
            journal.Record(scope, AuditAction.ItemsAssigned, null, new { person, count = done });
            await scope.Db.SaveChangesAsync(cancellation);
        }

        return new Assigned(done, left);
    }

    /// <summary>Null when it was done, or why not.</summary>
    private async Task<string?> ChangeAsync(ReviewScope scope, ReviewItem item, Guid? person, CancellationToken cancellation)
    {
        if (item.State == ItemState.Accepted && !item.IsHoneypot)
        {
            return "It is done.";
        }

        AnnotationLine? theirs = item.Lines.Find(line => line.Annotator == person);
        if (theirs is { State: not LineState.Lapsed, IsAssigned: true } or { State: LineState.Submitted or LineState.Accepted })
        {
            return null;
        }

        foreach (AnnotationLine untouched in item.Lines.Where(line => line is { State: LineState.InWork, StartedAt: null } && line.Annotator != person).ToList())
        {
            item.Lines.Remove(untouched);
            scope.Db.AnnotationLines.Remove(untouched);
        }

        // A returned item may go to somebody else, who goes on from the versions that are there.
        AnnotationLine? returned = item.Lines.Find(line => line.State == LineState.Returned && line.Annotator != person);
        ItemProgress.Recount(item, scope.Project.Overlap);
        if (person is not { } to)
        {
            return null;
        }

        if (theirs is not null && (theirs.State != LineState.Lapsed || item.OpenSlots > 0))
        {
            (theirs.IsAssigned, theirs.State) = (true, theirs.State == LineState.Lapsed ? LineState.InWork : theirs.State);
        }
        else if (item.OpenSlots > 0 && theirs is null)
        {
            AnnotationLine line = new() { Id = Guid.CreateVersion7(), ProjectId = item.ProjectId, ItemId = item.Id, Annotator = to, State = LineState.InWork, IsAssigned = true };
            item.Lines.Add(line);
            scope.Db.AnnotationLines.Add(line);
        }
        else if (returned is not null && theirs is null && !item.IsHoneypot)
        {
            (returned.Annotator, returned.IsAssigned) = (to, true);
        }
        else
        {
            Names names = await Names.OfAsync(people, item.Lines.Select(line => line.Annotator), cancellation);
            return $"{string.Join(", ", item.Lines.Where(line => line.State != LineState.Lapsed).Select(line => names[line.Annotator]))} works on it or has handed it in.";
        }

        ItemProgress.Recount(item, scope.Project.Overlap);
        return null;
    }
}

/// <summary>What came of handing out items.</summary>
/// <param name="Count">How many were given.</param>
/// <param name="Left">Which were not.</param>
public sealed record Assigned(int Count, IReadOnlyList<Unassigned> Left);

/// <summary>An item that was not given.</summary>
/// <param name="ItemId">Which.</param>
/// <param name="Why">What stood in the way.</param>
public sealed record Unassigned(Guid ItemId, string Why);
