using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Webhooks;
using Sida.Web.Work;

namespace Sida.Web.Review;

/// <summary>
/// Writes decisions into the audit log and messages for webhooks, in the transaction of what they tell of: what isn't saved wasn't
/// told, and what is saved is.
/// </summary>
internal sealed class ReviewJournal(TimeProvider clock, DeliverySignal deliveries)
{
    /// <summary>Adds an entry to the audit log; it is saved with everything else.</summary>
    public void Record(ReviewScope scope, AuditAction action, Guid? itemId, object details) => scope.Db.AuditEntries.Add(new AuditEntry
    {
        Id = Guid.CreateVersion7(),
        ProjectId = scope.ProjectId,
        At = clock.GetUtcNow(),
        Actor = scope.Person,
        ApiKeyId = scope.Caller.ApiKeyId,
        Action = action,
        ItemId = itemId,
        Details = WebJson.Write(details),
    });

    /// <summary>Adds a message for each address that wants it; they are saved with everything else.</summary>
    public async Task TellAsync(ReviewScope scope, WebhookEvents what, object details, CancellationToken cancellation)
    {
        foreach (Guid webhook in (await scope.Db.Webhooks.AsNoTracking().Where(row => row.ProjectId == scope.ProjectId && row.IsActive).ToListAsync(cancellation))
            .Where(row => row.Events.HasFlag(what)).Select(row => row.Id))
        {
            Add(scope, webhook, what, details);
        }
    }

    /// <summary>Adds a message for one address.</summary>
    public Guid Add(ReviewScope scope, Guid webhook, WebhookEvents what, object details)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Guid id = Guid.CreateVersion7();
        scope.Db.WebhookDeliveries.Add(new WebhookDelivery
        {
            Id = id,
            ProjectId = scope.ProjectId,
            WebhookId = webhook,
            Event = what,
            Payload = WebJson.Write(new WebhookMessage(id, what, now, scope.ProjectId, scope.Person, details)),
            CreatedAt = now,
            NextAt = now,
        });
        return id;
    }

    /// <summary>Says that messages were saved.</summary>
    public void Saved() => deliveries.Wake();
}
