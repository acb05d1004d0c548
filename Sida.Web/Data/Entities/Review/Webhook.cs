using Sida.Web.Review.Webhooks;

namespace Sida.Web.Data.Entities.Review;

/// <summary>An address that is told what happens in a project.</summary>
internal sealed class Webhook : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Url { get; set; }

    /// <summary>The key of its signatures, protected by the server's own keys.</summary>
    public required string Secret { get; set; }

    public required WebhookEvents Events { get; set; }

    public bool IsActive { get; set; } = true;

    public required Guid CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ReviewProject? Project { get; init; }
}
