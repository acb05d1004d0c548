using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Endpoints;

namespace Sida.Web.Access;

/// <summary>
/// Without accounts a browser is the owner of what it makes: its first page gives it a protected cookie. Only pages do that; a
/// request to any other route without a cookie is nobody's.
/// </summary>
internal sealed class BrowserOwner(RequestDelegate next)
{
    public const string Scheme = "Browser";

    /// <summary>The longest time that browsers keep a cookie.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "sida.owner";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.MaxAge = Lifetime;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = true;
        // There is no login page to be sent to.
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        bool page = HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        if (page && context.User.FindCaller() is null)
        {
            context.User = new Caller(Guid.CreateVersion7(), Permissions.All).ToPrincipal(Scheme);
            await context.SignInAsync(Scheme, context.User, new AuthenticationProperties { IsPersistent = true });
        }

        await next(context);
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
