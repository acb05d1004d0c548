namespace Sida.Web.Data.Entities;

/// <summary>A browser in which somebody is signed in. Without its row the cookie of that browser stands for nobody.</summary>
internal sealed class AccountSession : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>What the browser calls itself, so that the person recognises it.</summary>
    public required string Browser { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last asked for something, to the hour.</summary>
    public required DateTimeOffset SeenAt { get; set; }
}
