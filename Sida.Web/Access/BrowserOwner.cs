using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Endpoints;

namespace Sida.Web.Access;

/// <summary>
/// Without an account a browser is the owner of what it makes: its first page gives it a protected cookie. Only pages do that; a
/// request to any other route without a cookie is nobody's.
/// </summary>
internal sealed class BrowserOwner(RequestDelegate next, AccessService access)
{
    public const string Scheme = "Browser";

    public const string CookieName = "sida.owner";

    /// <summary>The longest time that browsers keep a cookie.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.MaxAge = Lifetime;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = true;
        AccountCookie.AnswerPlainly(options);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        bool page = HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        if (page && context.User.FindCaller() is null)
        {
            context.User = await FindAsync(context) ?? await MakeAsync(context);
        }

        await next(context);
    }

    /// <summary>The browser behind an account that was signed out elsewhere, or whose time is over.</summary>
    private static async Task<ClaimsPrincipal?> FindAsync(HttpContext context)
    {
        if (!AccountCookie.IsShown(context.Request))
        {
            return null;
        }

        await context.SignOutAsync(AccountCookie.Scheme);
        return (await context.AuthenticateAsync(Scheme)).Principal;
    }

    private async Task<ClaimsPrincipal> MakeAsync(HttpContext context)
    {
        ClaimsPrincipal owner = new Caller(Guid.CreateVersion7(), access.PermissionsOf(SiteRole.Visitor)).ToPrincipal(Scheme);
        await context.SignInAsync(Scheme, owner, new AuthenticationProperties { IsPersistent = true });
        return owner;
    }
}
