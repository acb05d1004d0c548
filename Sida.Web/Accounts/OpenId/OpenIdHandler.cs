using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// OpenID Connect's authorization code flow (OpenID Connect Core, section 3.1) on the framework's OAuth handler, which has the state
/// and the cookie that ties it to the browser. What OpenID Connect adds is here: discovery, the nonce, the ID token, the user info.
/// </summary>
internal sealed class OpenIdHandler(
    IOptionsMonitor<OAuthOptions> handlerOptions, ILoggerFactory logs, UrlEncoder encoder, IOptions<AccessOptions> access, Provider provider, ProviderClient client, SignInRate rate, TimeProvider clock)
    : OAuthHandler<OAuthOptions>(handlerOptions, logs, encoder)
{
    private const string NonceItem = "nonce";

    private ProviderDocument? _provider;

    private OpenIdOptions Settings => access.Value.OpenIdConnect;

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        _provider = await provider.GetAsync(Context.RequestAborted);
        await base.HandleChallengeAsync(properties);
    }

    /// <summary>
    /// Nonce and code verifier travel in the state, encrypted: the provider doesn't see them there, and whoever steals a code, or slips
    /// one in, lacks the state's cookie and its verifier (RFC 7636; OpenID Connect Core, section 15.5.2).
    /// </summary>
    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        (string nonce, string verifier) = (LinkSecret.New(), LinkSecret.New());
        properties.Items[NonceItem] = nonce;
        properties.Items[OAuthConstants.CodeVerifierKey] = verifier;
        return QueryHelpers.AddQueryString(_provider!.Authorization.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Settings.ClientId,
            ["redirect_uri"] = redirectUri,
            ["scope"] = Settings.Scopes,
            ["state"] = Options.StateDataFormat.Protect(properties),
            ["nonce"] = nonce,
            [OAuthConstants.CodeChallengeKey] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            [OAuthConstants.CodeChallengeMethodKey] = OAuthConstants.CodeChallengeMethodS256,
        });
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        // Each attempt makes us ask the provider.
        rate.Count(Context.Connection.RemoteIpAddress, null);
        ProviderDocument document = await provider.GetAsync(Context.RequestAborted);
        JsonElement answer = await client.RedeemAsync(document, context.Code, context.RedirectUri, Item(context.Properties, OAuthConstants.CodeVerifierKey), Context.RequestAborted);
        if (answer.Text("access_token") is null || !string.Equals(answer.Text("token_type"), "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new OpenIdException(OpenIdProblem.Wrong, "The provider's answer has no access token of the type Bearer.");
        }

        return OAuthTokenResponse.Success(JsonSerializer.SerializeToDocument(answer));
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        JsonElement answer = tokens.Response!.RootElement;
        string text = answer.Text("id_token") ?? throw new OpenIdException(OpenIdProblem.Wrong, "The provider's answer has no ID token. Is this server known there as an OpenID Connect client?");
        // Point 6 of section 3.1.3.7 would let the connection to the provider vouch for the token. The signature does so too.
        SignedToken token = SignedToken.Parse(text);
        JsonElement claims = token.Read(await provider.FindKeyAsync(token, Context.RequestAborted));
        IdTokenRules rules = new(Settings.Authority, Settings.ClientId, Item(properties, NonceItem), clock.GetUtcNow());
        string subject = rules.Check(claims, tokens.AccessToken!);
        JsonElement about = await AskAsync(subject, tokens.AccessToken!) is { } info && info.Text("email") is not null ? info : claims;
        // They were used, and nobody needs them any more.
        properties.Items.Remove(NonceItem);
        properties.Items.Remove(OAuthConstants.CodeVerifierKey);
        return new AuthenticationTicket(ProviderIdentity.Read(Settings.Authority, subject, about).ToPrincipal(Scheme.Name), properties, Scheme.Name);
    }

    private async Task<JsonElement?> AskAsync(string subject, string accessToken)
    {
        if ((await provider.GetAsync(Context.RequestAborted)).UserInfo is not { } address)
        {
            return null;
        }

        JsonElement info = await client.GetAsync(address, accessToken, Context.RequestAborted);
        // Section 5.3.2: else an access token of somebody else could have been put beside the ID token.
        return info.Text("sub") == subject ? info : throw new OpenIdException(OpenIdProblem.Wrong, "The provider's user info is about somebody other than its ID token.");
    }

    private static string Item(AuthenticationProperties properties, string name) =>
        properties.Items.TryGetValue(name, out string? value) && value is not null ? value : throw new OpenIdException(OpenIdProblem.Wrong, $"The state has no {name}.");
}
