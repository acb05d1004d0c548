using Sida.Web.Access;

namespace Sida.Web.Data.Entities;

/// <summary>A link that an administrator made and that works once: to join, or to choose a new password.</summary>
internal sealed class AccountLink : IOwned
{
    public required Guid Id { get; init; }

    /// <summary>The administrator who made it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>SHA-256 of the secret in the link, lower-case hexadecimal. It has 256 random bits, so no slow hash is needed.</summary>
    public required string Hash { get; init; }

    /// <summary>For whom it is, in the administrator's words.</summary>
    public required string Note { get; init; }

    /// <summary>The role of the person who joins; null for a new password.</summary>
    public SiteRole? Role { get; init; }

    /// <summary>Whose new password; null for somebody who joins. Filled in when the link is used by somebody who joined.</summary>
    public Guid? AccountId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
