using System.Text.Json;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>What the provider publishes about itself (OpenID Connect Discovery, section 3), as far as it is used here, with its keys.</summary>
/// <param name="Authorization">Where people are sent.</param>
/// <param name="Token">Where codes are redeemed.</param>
/// <param name="UserInfo">Where it is asked who somebody is; null where only the ID token says so.</param>
/// <param name="KeySet">Where its public keys are.</param>
/// <param name="TakesSecretInForm">Whether our secret goes into the form instead of the header.</param>
/// <param name="Keys">Its public keys.</param>
/// <param name="FetchedAt">When all this was read.</param>
internal sealed record ProviderDocument(Uri Authorization, Uri Token, Uri? UserInfo, Uri KeySet, bool TakesSecretInForm, IReadOnlyList<ProviderKey> Keys, DateTimeOffset FetchedAt)
{
    private const int MaxKeys = 100;

    /// <summary>Section 4: below the issuer, also where that has a path.</summary>
    public static Uri AddressFor(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <exception cref="OpenIdException">It is of another issuer, or something is missing.</exception>
    public static ProviderDocument Read(JsonElement document, string issuer, DateTimeOffset now)
    {
        // Section 4.3: else one provider could speak for another.
        if (document.Text("issuer") != issuer)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, $"The provider calls itself \"{Shorten(document.Text("issuer"))}\": {OpenIdOptions.Section}:Authority must be exactly that.");
        }

        IReadOnlyList<string> methods = document.Texts("token_endpoint_auth_methods_supported");
        return new ProviderDocument(
            Address(document, "authorization_endpoint"),
            Address(document, "token_endpoint"),
            document.Text("userinfo_endpoint") is null ? null : Address(document, "userinfo_endpoint"),
            Address(document, "jwks_uri"),
            methods.Count > 0 && !methods.Contains("client_secret_basic", StringComparer.Ordinal) && methods.Contains("client_secret_post", StringComparer.Ordinal),
            [],
            now);
    }

    /// <summary>The signing keys of a key set; what isn't one is passed over.</summary>
    public static IReadOnlyList<ProviderKey> ReadKeys(JsonElement set)
    {
        if (!set.TryGetProperty("keys", out JsonElement keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, "The provider's key set has no keys.");
        }

        return [.. keys.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object).Take(MaxKeys).Select(ProviderKey.Find).OfType<ProviderKey>()];
    }

    private static Uri Address(JsonElement document, string name) =>
        Uri.TryCreate(document.Text(name), UriKind.Absolute, out Uri? address) && OpenIdOptions.IsSafe(address)
            ? address
            : throw new OpenIdException(OpenIdProblem.Wrong, $"The provider's {name} is missing or is no https address.");

    private static string Shorten(string? text) => text is { Length: > 200 } ? text[..200] : text ?? "";
}
