using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>The way to the provider and back.</summary>
internal static partial class OpenIdRoutes
{
    /// <summary>Sends to the provider. A plain link leads here: it changes nothing, and what comes back is decided on <see cref="Welcome"/>.</summary>
    public const string Start = "/sign-in/provider";

    /// <summary>Where the provider sends people back to; administrators enter it there.</summary>
    public const string Callback = "/sign-in/provider/callback";

    /// <summary>The page on which it is decided what comes of it.</summary>
    public const string Welcome = "/sign-in/provider/welcome";

    public static void MapOpenId(this WebApplication app)
    {
        app.MapGet(Start, StartAsync).ExcludeFromDescription();
        // The authentication before the routes answers here, unless no provider is set. The route is what makes the address exist.
        app.MapGet(Callback, () => TypedResults.NotFound()).ExcludeFromDescription();
    }

    /// <summary>The link to the provider.</summary>
    public static string StartAddress(string? back, string? invitation) => QueryHelpers.AddQueryString(Start, new Dictionary<string, string?> { ["return"] = back, ["invitation"] = invitation });

    /// <summary>The sign-in page, which says what went wrong.</summary>
    public static string Address(OpenIdProblem problem, string? back) => QueryHelpers.AddQueryString(ReturnAddress.SignIn(back), "problem", problem.ToString());

    /// <summary>Tells on the sign-in page what went wrong, and in the log why.</summary>
    public static Task TellAsync(RemoteFailureContext failure)
    {
        (OpenIdProblem Problem, string Why)? found = failure.Failure switch
        {
            OpenIdException error => (error.Problem, error.Message),
            LimitException error => (OpenIdProblem.TooMany, error.Message),
            // What the framework found: no or another browser's state, or an error that the provider sent along with a good one.
            AuthenticationFailureException when failure.Properties is not null && failure.Request.Query["error"] is [{ Length: > 0 } code] =>
                (code == "access_denied" ? OpenIdProblem.Refused : OpenIdProblem.Wrong, $"the provider answered {(code.All(letter => letter == '_' || char.IsAsciiLetterLower(letter)) ? code : "an error without a proper name")}"),
            AuthenticationFailureException error => (OpenIdProblem.Expired, error.Message),
            _ => null,
        };
        // Anything else is a fault of ours, and told as such.
        if (found is { } problem)
        {
            Failed(Logger(failure.HttpContext), problem.Problem, problem.Why);
            failure.Response.Redirect(Address(problem.Problem, null));
            failure.HandleResponse();
        }

        return Task.CompletedTask;
    }

    private static async Task<Results<ChallengeHttpResult, RedirectHttpResult, NotFound>> StartAsync(
        HttpContext context, IOptions<AccessOptions> options, Provider provider, string? @return, string? invitation, CancellationToken cancellation)
    {
        if (!options.Value.OpenIdConnect.IsOn)
        {
            return TypedResults.NotFound();
        }

        try
        {
            await provider.GetAsync(cancellation);
        }
        catch (OpenIdException error)
        {
            Failed(Logger(context), error.Problem, error.Message);
            return TypedResults.Redirect(Address(error.Problem, @return));
        }

        return TypedResults.Challenge(ProviderCookie.Properties(invitation, @return), [OpenIdHosting.Scheme]);
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<OpenIdHandler>>();

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning, Message = "Signing in with the provider failed ({Problem}): {Why}")]
    private static partial void Failed(ILogger logger, OpenIdProblem problem, string why);
}
