using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Sida.Web.Access.Keys;
using Sida.Web.Hosting;

namespace Sida.Web.Access;

/// <summary>Who is asking: somebody who signed in, a browser with its cookie, or a program with its key. What nobody opened on purpose is closed.</summary>
internal static class AccessHosting
{
    public const string EitherScheme = "Sida";

    public static void AddAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<AccessOptions>(AccessOptions.Section);
        builder.Services.AddSingleton<AccessService>();
        builder.Services.AddSingleton<ApiKeyService>();
        builder.Services.AddSingleton<Standing>();
        builder.Services.AddSingleton<CallRate>();
        builder.Services.AddScoped<CallerProvider>();
        builder.Services.AddScoped<CircuitHandler, CircuitLimit>();
        builder.Services.AddSingleton<CircuitCount>();
        builder.Services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, policy => policy.ForwardDefaultSelector = context => SchemeOf(context.Request))
            .AddCookie(BrowserOwner.Scheme, BrowserOwner.Configure)
            .AddCookie(AccountCookie.Scheme, AccountCookie.Configure)
            .AddScheme<ApiKeyAuthenticationOptions, ApiKeyAuthentication>(ApiKeyAuthentication.Scheme, null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddCascadingAuthenticationState();
    }

    public static void UseAccess(this WebApplication app)
    {
        // What doesn't exist is not found, rather than closed.
        app.Use((context, next) => context.GetEndpoint() is null ? NotFound(context) : next(context));
        app.UseAuthentication();
        app.UseMiddleware<BrowserOwner>();
        app.UseMiddleware<SameOriginOnly>();
        app.UseAuthorization();
        app.UseMiddleware<CountCalls>();
    }

    private static string SchemeOf(HttpRequest request) =>
        ApiKeyAuthentication.ShowsKey(request) ? ApiKeyAuthentication.Scheme
        : AccountCookie.IsShown(request) ? AccountCookie.Scheme
        : BrowserOwner.Scheme;

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
