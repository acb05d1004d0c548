using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sida.Web.Accounts.OpenId;

/// <summary>What an ID token must say (OpenID Connect Core, section 3.1.3.7). Its signature was checked before.</summary>
/// <param name="Issuer">Who must have made it.</param>
/// <param name="ClientId">For whom it must be.</param>
/// <param name="Nonce">What we sent the person off with.</param>
/// <param name="Now">The time.</param>
internal sealed record IdTokenRules(string Issuer, string ClientId, string Nonce, DateTimeOffset Now)
{
    /// <summary>How wrong a clock may be, theirs or ours.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(2);

    /// <summary>It was made for the code that we have just redeemed, so an old one is not ours.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <exception cref="OpenIdException">It says something else.</exception>
    /// <returns>The person's name at the provider.</returns>
    public string Check(JsonElement token, string accessToken)
    {
        IReadOnlyList<string> audience = token.Texts("aud");
        string? party = token.Text("azp");
        DateTimeOffset? issued = token.Time("iat");
        Require(token.Text("iss") == Issuer, "it is of another issuer (iss)");
        Require(audience.Contains(ClientId, StringComparer.Ordinal), "it is for somebody else (aud)");
        // Points 4 and 5: one of several for whom it is has to be named as the one that asked, and that must be us.
        Require(party is null ? audience.Count == 1 : party == ClientId, "somebody else asked for it (azp)");
        Require(token.Time("exp") > Now - Leeway, "it has expired (exp)");
        Require(issued > Now - MaxAge - Leeway && issued < Now + Leeway, "it was not made just now (iat)");
        Require(Same(token.Text("nonce"), Nonce), "it belongs to another sign-in (nonce)");
        // Section 3.1.3.8: binds the access token, with which we ask who it is, to this token.
        Require(token.Text("at_hash") is not { } hash || Same(hash, HashOf(accessToken)), "it belongs to another access token (at_hash)");
        string? subject = token.Text("sub");
        Require(subject is { Length: > 0 and <= Data.AccountModel.SubjectLength } && Ascii.IsValid(subject), "it names nobody (sub)");
        return subject!;
    }

    private static void Require(bool right, string otherwise)
    {
        if (!right)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, $"The provider's ID token is refused: {otherwise}.");
        }
    }

    private static bool Same(string? one, string other) =>
        one is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>The left half of the hash that the signature uses, which is SHA-256 with every algorithm that we take.</summary>
    private static string HashOf(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, SHA256.HashSizeInBytes / 2));
}
