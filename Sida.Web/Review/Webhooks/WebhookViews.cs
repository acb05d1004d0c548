using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Webhooks;

/// <summary>An address to be told of what happens.</summary>
/// <param name="Url">https, or http where the server's operator allows private addresses.</param>
/// <param name="Events">What it is told: names of <see cref="WebhookEvents"/>.</param>
public sealed record NewWebhook(string Url, IReadOnlyList<WebhookEvents> Events);

/// <summary>What is to be changed of an address; what is absent stays.</summary>
/// <param name="Events">What it is told.</param>
/// <param name="IsActive">Whether it is told at all.</param>
public sealed record WebhookChange(IReadOnlyList<WebhookEvents>? Events = null, bool? IsActive = null);

/// <summary>An address that is told what happens.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Events">What it is told.</param>
/// <param name="IsActive">Whether it is told at all; an address that answers 410 is told no more.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record WebhookView(Guid Id, string Url, IReadOnlyList<WebhookEvents> Events, bool IsActive, DateTimeOffset CreatedAt);

/// <summary>An address that was just added.</summary>
/// <param name="Webhook">What will be known of it later.</param>
/// <param name="Secret">The key of its signatures, shown once.</param>
public sealed record AddedWebhook(WebhookView Webhook, string Secret);

/// <summary>A message to an address.</summary>
/// <param name="Id">Names it; the receiver has it too.</param>
/// <param name="Event">What it tells of.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="NextAt">When it is sent next; null when it is not.</param>
/// <param name="EndedAt">When it was taken or given up.</param>
/// <param name="LastResult">What the last attempt came to.</param>
public sealed record DeliveryView(
    Guid Id, WebhookEvents Event, DeliveryState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAt, DateTimeOffset? EndedAt, string? LastResult);
