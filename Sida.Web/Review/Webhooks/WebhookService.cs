using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Webhooks;

/// <summary>The addresses that a project tells what happens, for its managers.</summary>
internal sealed class WebhookService(AccessService access, WebhookSecrets secrets, ReviewJournal journal, IOptions<ReviewOptions> options, TimeProvider clock)
{
    private const int MaxUrlLength = 1000;
    private const int MaxListed = 100;

    public async Task<IReadOnlyList<WebhookView>> ListAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        List<Webhook> rows = await scope.Db.Webhooks.AsNoTracking().Where(row => row.ProjectId == projectId).OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return [.. rows.Select(View)];
    }

    /// <summary>Adds an address. This is the only time that its secret is seen.</summary>
    /// <exception cref="RequestException">The address or the events are not possible.</exception>
    public async Task<AddedWebhook> AddAsync(Caller caller, Guid projectId, NewWebhook webhook, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        scope.RequireOpen();
        string url = CheckUrl(webhook.Url ?? "");
        WebhookEvents events = CheckEvents(webhook.Events ?? []);
        if (await scope.Db.Webhooks.CountAsync(row => row.ProjectId == projectId, cancellation) >= options.Value.MaxWebhooks)
        {
            throw new LimitException($"A project has at most {options.Value.MaxWebhooks} webhooks (Sida:Review:MaxWebhooks). Remove one first.");
        }

        string secret = WebhookSecrets.New();
        Webhook row = new()
        {
            Id = Guid.CreateVersion7(),
            ProjectId = projectId,
            Url = url,
            Secret = secrets.Protect(secret),
            Events = events,
            CreatedBy = scope.Person,
            CreatedAt = clock.GetUtcNow(),
        };
        scope.Db.Webhooks.Add(row);
        journal.Record(scope, AuditAction.WebhookAdded, null, new { webhook = row.Id, row.Url, events = Names(row.Events) });
        await scope.Db.SaveChangesAsync(cancellation);
        return new AddedWebhook(View(row), secret);
    }

    public async Task<WebhookView> ChangeAsync(Caller caller, Guid projectId, Guid id, WebhookChange change, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        Webhook row = await FindAsync(scope, id, cancellation);
        row.Events = change.Events is null ? row.Events : CheckEvents(change.Events);
        row.IsActive = change.IsActive ?? row.IsActive;
        journal.Record(scope, AuditAction.WebhookChanged, null, new { webhook = row.Id, events = Names(row.Events), row.IsActive });
        await scope.Db.SaveChangesAsync(cancellation);
        journal.Saved();
        return View(row);
    }

    public async Task RemoveAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        Webhook row = await FindAsync(scope, id, cancellation);
        scope.Db.Webhooks.Remove(row);
        journal.Record(scope, AuditAction.WebhookRemoved, null, new { webhook = row.Id, row.Url });
        await scope.Db.SaveChangesAsync(cancellation);
    }

    /// <summary>Sends a trial.</summary>
    /// <returns>The message's id, to be found among the deliveries.</returns>
    public async Task<Guid> PingAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        Webhook row = await FindAsync(scope, id, cancellation);
        Guid delivery = journal.Add(scope, row.Id, WebhookEvents.Ping, new { project = scope.Project.Name });
        await scope.Db.SaveChangesAsync(cancellation);
        journal.Saved();
        return delivery;
    }

    /// <summary>The latest messages to an address, the newest first.</summary>
    public async Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        Webhook row = await FindAsync(scope, id, cancellation);
        return await scope.Db.WebhookDeliveries.Where(one => one.ProjectId == projectId && one.WebhookId == row.Id).OrderByDescending(one => one.CreatedAt).Take(MaxListed)
            .Select(one => new DeliveryView(
                one.Id, one.Event, one.State, one.Attempts, one.CreatedAt, one.State == DeliveryState.Pending ? one.NextAt : null, one.EndedAt, one.LastResult))
            .ToListAsync(cancellation);
    }

    /// <summary>Sends a message again that was given up.</summary>
    public async Task RetryAsync(Caller caller, Guid projectId, Guid id, Guid deliveryId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        WebhookDelivery row = await scope.Db.WebhookDeliveries.FirstOrDefaultAsync(one => one.Id == deliveryId && one.WebhookId == id, cancellation)
            ?? throw new NotFoundException("There is no such message.");
        (row.State, row.Attempts, row.NextAt, row.EndedAt) = (DeliveryState.Pending, 0, clock.GetUtcNow(), null);
        await scope.Db.SaveChangesAsync(cancellation);
        journal.Saved();
    }

    private static async Task<Webhook> FindAsync(ReviewScope scope, Guid id, CancellationToken cancellation) =>
        await scope.Db.Webhooks.FirstOrDefaultAsync(row => row.ProjectId == scope.ProjectId && row.Id == id, cancellation) ?? throw new NotFoundException("There is no such webhook.");

    private string CheckUrl(string url)
    {
        url = url.Trim();
        bool good = url.Length <= MaxUrlLength && Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0 && address.Host.Length > 0
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && options.Value.PrivateWebhooks));
        return good ? url : throw new RequestException("Give the address of your server: https://... (http only where Sida:Review:PrivateWebhooks allows it).");
    }

    private static WebhookEvents CheckEvents(IReadOnlyList<WebhookEvents> events)
    {
        WebhookEvents all = events.Aggregate(WebhookEvents.None, (sum, one) => sum | one) & WebhookEvents.All;
        return all != WebhookEvents.None ? all : throw new RequestException($"events: choose some of {string.Join(", ", Names(WebhookEvents.All))}.");
    }

    private static WebhookView View(Webhook row) => new(row.Id, row.Url, Names(row.Events), row.IsActive, row.CreatedAt);

    private static WebhookEvents[] Names(WebhookEvents events) => [.. Enum.GetValues<WebhookEvents>().Where(one => one is not (WebhookEvents.None or WebhookEvents.All) && events.HasFlag(one))];
}
