using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Quality;

/// <summary>The audit log of a project, for those who look after it.</summary>
internal sealed class AuditService(AccessService access, PeopleDirectory people)
{
    private const int MaxTake = 200;

    /// <summary>Entries, the newest first.</summary>
    /// <param name="caller">A manager; for one item a reviewer is enough.</param>
    /// <param name="projectId">Which project.</param>
    /// <param name="itemId">Only what happened to this item.</param>
    /// <param name="before">Only entries before this one; null for the newest.</param>
    /// <param name="take">At most so many, at most 200.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<IReadOnlyList<AuditView>> ListAsync(Caller caller, Guid projectId, Guid? itemId, Guid? before, int take, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, itemId is null ? ProjectRole.Manager : ProjectRole.Reviewer, cancellation);
        IQueryable<AuditEntry> rows = scope.Db.AuditEntries.AsNoTracking().Where(row => row.ProjectId == projectId);
        if (itemId is { } item)
        {
            rows = rows.Where(row => row.ItemId == item);
        }

        if (before is { } last)
        {
            DateTimeOffset until = await rows.Where(row => row.Id == last).Select(row => row.At).FirstOrDefaultAsync(cancellation);
            rows = rows.Where(row => row.At < until);
        }

        var page = await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(Math.Clamp(take, 1, MaxTake))
            .Select(row => new { Entry = row, Number = scope.Db.ReviewItems.Where(one => one.Id == row.ItemId).Select(one => (int?)one.Number).FirstOrDefault() })
            .ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, page.Select(row => row.Entry.Actor), cancellation);
        return
        [
            .. page.Select(row => new AuditView(
                row.Entry.Id,
                row.Entry.At,
                row.Entry.Actor,
                names[row.Entry.Actor],
                row.Entry.ApiKeyId is not null,
                row.Entry.Action,
                row.Entry.ItemId,
                row.Number,
                JsonSerializer.Deserialize<JsonElement>(row.Entry.Details))),
        ];
    }
}
