using Sida.Web.Review.Webhooks;

namespace Sida.Web.Data.Entities.Review;

/// <summary>One message to one address. Stored in the same transaction as what it tells of, so none is lost and none is made up.</summary>
internal sealed class WebhookDelivery : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid WebhookId { get; init; }

    public required WebhookEvents Event { get; init; }

    /// <summary>The body, JSON.</summary>
    public required string Payload { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DeliveryState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>When it is tried (again).</summary>
    public required DateTimeOffset NextAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What the last attempt came to: a status or the reason why there was none.</summary>
    public string? LastResult { get; set; }

    public Webhook? Webhook { get; init; }
}

/// <summary>Where a message is on its way.</summary>
public enum DeliveryState
{
    /// <summary>Waits for its time.</summary>
    Pending,

    /// <summary>The other side took it.</summary>
    Delivered,

    /// <summary>It was tried often enough.</summary>
    Failed,
}
