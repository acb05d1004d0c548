using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Sida.Web.Access.Keys;

/// <summary>The key scheme has no settings of its own.</summary>
internal sealed class ApiKeyAuthenticationOptions : AuthenticationSchemeOptions;

/// <summary>Recognises programs by <c>Authorization: Bearer sida_...</c>.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<ApiKeyAuthenticationOptions> options, ILoggerFactory logs, UrlEncoder encoder, ApiKeyService keys)
    : AuthenticationHandler<ApiKeyAuthenticationOptions>(options, logs, encoder)
{
    public new const string Scheme = "ApiKey";

    private const string Bearer = "Bearer ";

    public static bool ShowsKey(HttpRequest request) => FindKey(request) is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (FindKey(Request) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        Caller? caller = await keys.FindAsync(key, Context.RequestAborted);
        return caller is null
            ? AuthenticateResult.Fail("Unknown, revoked or expired API key.")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }

    private static string? FindKey(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is not null && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }

        // Browsers can't send headers when they open a socket; SignalR's client puts the key into the query then, and only there.
        return request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && request.Query["access_token"] is [{ Length: > 0 } token] ? token : null;
    }
}
