using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Tests.Web;

/// <summary>A person with an account, and the cookie of a browser in which they are signed in. No password: checking one is slow on purpose.</summary>
/// <param name="Caller">Who it is to the services.</param>
/// <param name="Cookie">The value of the cookie <see cref="AccountCookie.Name"/>.</param>
/// <param name="Principal">Who the cookie stands for.</param>
internal sealed record SignedIn(Caller Caller, string Cookie, ClaimsPrincipal Principal)
{
    public static async Task<SignedIn> AsAsync(SidaServer server, SiteRole role, string name)
    {
        AccessService access = server.Services.GetRequiredService<AccessService>();
        Owner owner = new() { Id = Guid.CreateVersion7(), CreatedAt = server.Clock.GetUtcNow() };
        string email = $"{name.Replace(' ', '.')}@{owner.Id.ToString("N")[^8..]}.example.org".ToLowerInvariant();
        Account account = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = owner.Id,
            DisplayName = name,
            Role = role,
            CreatedAt = owner.CreatedAt,
            UserName = email,
            NormalizedUserName = email.ToUpper(CultureInfo.InvariantCulture),
            Email = email,
            NormalizedEmail = email.ToUpper(CultureInfo.InvariantCulture),
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        await using SidaDb db = access.OpenForServer();
        AccountSession session = new() { Id = Guid.CreateVersion7(), OwnerId = owner.Id, AccountId = account.Id, Browser = "Test", CreatedAt = owner.CreatedAt, SeenAt = owner.CreatedAt };
        db.AddRange(owner, account, session);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        Caller caller = access.CallerOf(account)!;
        CookieAuthenticationOptions options = server.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(AccountCookie.Scheme);
        AuthenticationProperties times = new() { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = DateTimeOffset.UtcNow.AddDays(1000) };
        ClaimsPrincipal principal = caller.ToPrincipal(AccountCookie.Scheme, account.SecurityStamp, session.Id);
        return new SignedIn(caller, options.TicketDataFormat.Protect(new AuthenticationTicket(principal, times, AccountCookie.Scheme)), principal);
    }
}
