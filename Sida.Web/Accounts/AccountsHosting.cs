using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Accounts.OpenId;

namespace Sida.Web.Accounts;

/// <summary>People with accounts.</summary>
internal static class AccountsHosting
{
    /// <summary>Signs this browser out; for the script of our pages.</summary>
    public const string SignOutAddress = "/account/sign-out";

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccountNews>();
        builder.Services.AddSingleton<AccountService>();
        builder.Services.AddSingleton<IdentityParts>();
        builder.Services.AddSingleton<IOperatorNotice, ConsoleNotice>();
        builder.Services.AddSingleton<JoinService>();
        builder.Services.AddSingleton<LinkService>();
        builder.Services.AddSingleton<PeopleDirectory>();
        builder.Services.AddSingleton<PeopleService>();
        builder.Services.AddSingleton<SessionService>();
        builder.Services.AddSingleton<SignInRate>();
        builder.Services.AddSingleton<FirstAdministrator>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FirstAdministrator>());
        builder.Services.AddScoped<CircuitHandler, CircuitStanding>();
        builder.AddOpenId();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapPost(SignOutAddress, SignOutAsync).ExcludeFromDescription();
        app.MapOpenId();
    }

    private static async Task<NoContent> SignOutAsync(HttpContext context, SessionService sessions)
    {
        await sessions.EndHereAsync(context);
        return TypedResults.NoContent();
    }
}
