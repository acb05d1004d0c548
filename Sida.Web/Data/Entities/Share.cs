namespace Sida.Web.Data.Entities;

/// <summary>A read-only link to a conversation as it was when the link was made.</summary>
internal sealed class Share : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required Guid ConversationId { get; init; }

    /// <summary>What makes the address unguessable: 128 random bits.</summary>
    public required string Token { get; init; }

    /// <summary>The conversation as JSON, frozen.</summary>
    public required string Snapshot { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops to work by itself; never when null.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public Conversation? Conversation { get; init; }
}
