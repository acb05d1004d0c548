using Sida.Web.Access;

namespace Sida.Web.Data.Entities;

/// <summary>A key with which a program acts for its owner. The key itself is shown once and never stored.</summary>
internal sealed class ApiKey : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required string Name { get; init; }

    /// <summary>The first characters of the key, so that its owner recognises it.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the key, lower-case hexadecimal. A key has 256 random bits, so no slow hash is needed.</summary>
    public required string Hash { get; init; }

    public required Permissions Permissions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
