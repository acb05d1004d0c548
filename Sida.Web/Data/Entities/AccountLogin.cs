namespace Sida.Web.Data.Entities;

/// <summary>
/// An account at an OpenID Connect provider that opens an account here. Issuer and subject together name a person for good (OpenID
/// Connect Core, section 5.7); addresses and names at the provider change and are given to others, so nothing is found by them.
/// </summary>
internal sealed class AccountLogin : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required Guid AccountId { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>What the provider called the person last, so that they recognise it.</summary>
    public required string Label { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
