using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.StaticAssets;

namespace Sida.Web.Access;

/// <summary>
/// The cookie of somebody who signed in. It stands beside the browser's own cookie, which comes back into force after signing out.
/// </summary>
internal static class AccountCookie
{
    public const string Scheme = "Account";

    public const string Name = "sida.account";

    public static bool IsShown(HttpRequest request) => request.Cookies.ContainsKey(Name);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Standing.SessionLife;
        options.SlidingExpiration = true;
        AnswerPlainly(options);
    }

    /// <summary>Programs read the status; pages are sent to the sign-in page before it comes to this.</summary>
    public static void AnswerPlainly(CookieAuthenticationOptions options)
    {
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
        options.Events.OnValidatePrincipal = RenewAsync;
    }

    private static async Task RenewAsync(CookieValidatePrincipalContext context)
    {
        // Files are the same for everybody; a page asks for dozens of them.
        if (context.Principal is null || context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            return;
        }

        if (await context.HttpContext.RequestServices.GetRequiredService<Standing>().RenewAsync(context.Principal, context.HttpContext.RequestAborted) is { } renewed)
        {
            context.ReplacePrincipal(renewed);
        }
        else
        {
            context.RejectPrincipal();
        }
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
