using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// Keeps whom the provider vouched for until our own page has decided what comes of it: signing in, a new account, or a connection.
/// It opens nothing else, and for some minutes only.
/// </summary>
internal static class ProviderCookie
{
    public const string Scheme = "ProviderIdentity";

    public const string Name = "sida.provider";

    private const string InvitationItem = "invitation";
    private const string ReturnItem = "return";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Life;
        options.SlidingExpiration = false;
    }

    /// <summary>What goes along to the provider and back, encrypted: with which invitation somebody came, and where they want to go.</summary>
    public static AuthenticationProperties Properties(string? invitation, string? address)
    {
        AuthenticationProperties properties = new() { RedirectUri = OpenIdRoutes.Welcome };
        if (!string.IsNullOrEmpty(invitation))
        {
            properties.Items[InvitationItem] = invitation;
        }

        properties.Items[ReturnItem] = ReturnAddress.Check(address);
        return properties;
    }

    /// <summary>Who came from the provider; null for nobody, or when it took too long.</summary>
    public static async Task<Arrival?> FindAsync(HttpContext context) => await context.AuthenticateAsync(Scheme) is { Succeeded: true, Principal: { } person, Properties.Items: { } items }
        ? new Arrival(ProviderIdentity.Of(person), items.TryGetValue(InvitationItem, out string? invitation) ? invitation : null, ReturnAddress.Check(items.TryGetValue(ReturnItem, out string? address) ? address : null))
        : null;
}

/// <summary>Somebody who came from the provider.</summary>
/// <param name="Identity">Who.</param>
/// <param name="Invitation">The secret of the invitation that they opened before; null without one.</param>
/// <param name="Return">Where they want to go.</param>
internal sealed record Arrival(ProviderIdentity Identity, string? Invitation, string Return);
