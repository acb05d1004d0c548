using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;

namespace Sida.Web.Hosting;

/// <summary>What protects every page and route alike: headers, antiforgery, problem details for every error.</summary>
internal static class SecurityHosting
{
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        builder.Services.AddExceptionHandler<Problems>();
        builder.Services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = SameOriginOnly.TokenHeader;
            antiforgery.Cookie.Name = "sida.antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
    }

    public static void UseSecurity(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseAccess();
        app.UseAntiforgery();
        app.MapGet("/antiforgery", Token).ExcludeFromDescription();
    }

    /// <summary>The token that scripts of our pages send along; another site's script can ask for it but can't read the answer.</summary>
    private static JsonHttpResult<AntiforgeryToken> Token(HttpContext context, IAntiforgery antiforgery)
    {
        // Making a token also forbids to keep this answer.
        return TypedResults.Json(new AntiforgeryToken(antiforgery.GetAndStoreTokens(context).RequestToken!));
    }

    /// <param name="Token">The value of the X-Antiforgery header.</param>
    private sealed record AntiforgeryToken(string Token);
}
