using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Accounts.OpenId;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Tests.Web.Accounts.OpenId;

/// <summary>People who come with a provider, through our own pages and a real provider's.</summary>
public sealed class OpenIdSignInTests : IClassFixture<OpenIdSite>, IDisposable
{
    private const string Password = "heron reed sleeve lamp";

    private readonly OpenIdSite _site;
    private readonly OpenIdBrowser _browser;

    public OpenIdSignInTests(OpenIdSite site)
    {
        _site = site;
        _site.Provider.Reset();
        _browser = new OpenIdBrowser(site.Server);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestPerson Kim => _site.Provider.Person;

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task An_invitation_makes_an_account_without_a_password_that_the_provider_opens_again()
    {
        string invitation = "/join/" + await OpenIdSite.InviteAsync(_site.Server, SiteRole.Annotator);
        Assert.Equal(OpenIdRoutes.Welcome, await _browser.SignInAsync(invitation));
        string welcome = await _browser.ReadAsync(OpenIdRoutes.Welcome);
        Assert.Contains("Your role will be annotator", welcome, StringComparison.Ordinal);
        Assert.Contains("value=\"Kim Reed\"", welcome, StringComparison.Ordinal);
        // The provider made sure of the address, so nobody is asked for one, and another isn't taken.
        Assert.DoesNotContain("Form.Email", welcome, StringComparison.Ordinal);
        Assert.Equal("/", (await _browser.PostAsync(OpenIdRoutes.Welcome, "join", ("Form.Name", "Kim"), ("Form.Email", "boss@example.org"))).Address);
        string account = await _browser.ReadAsync("/account");
        Assert.Contains(Kim.Email, account, StringComparison.Ordinal);
        Assert.DoesNotContain("Current password", account, StringComparison.Ordinal);
        Assert.Contains("It is your only way in", account, StringComparison.Ordinal);
        Assert.Equal("/sign-in?problem=Expired", await _browser.ComeBackAsync(OpenIdRoutes.Welcome));

        using OpenIdBrowser other = new(_site.Server);
        Assert.Equal("/keys", await other.SignInAsync("/sign-in?return=%2Fkeys"));
        Assert.Contains(Kim.Email, await other.ReadAsync("/account"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<Sida.Engine.RequestException>(() => Accounts().SignInAsync(Kim.Email, Password, new SignInPlace(null, "Test"), Cancellation));
        using OpenIdBrowser late = new(_site.Server);
        Assert.Contains("does not work", await late.ReadAsync(invitation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_the_provider_did_not_check_is_only_a_suggestion()
    {
        _site.Provider.Person = Kim with { Verified = false };
        Assert.Equal(OpenIdRoutes.Welcome, await _browser.SignInAsync("/join/" + await OpenIdSite.InviteAsync(_site.Server, SiteRole.Viewer)));
        Assert.Contains($"value=\"{Kim.Email}\"", await _browser.ReadAsync(OpenIdRoutes.Welcome), StringComparison.Ordinal);
        Assert.Equal("/", (await _browser.PostAsync(OpenIdRoutes.Welcome, "join", ("Form.Name", "Kim"), ("Form.Email", "other." + Kim.Email))).Address);
        Assert.Contains("other." + Kim.Email, await _browser.ReadAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_browser_made_is_taken_over_where_the_person_says_so()
    {
        using SidaUser before = await SidaUser.OpenAsync(_site.Server);
        Guid picture = (await before.UploadAsync(SidaUser.Picture())).Id;
        Caller browser = await OwnerOfAsync(picture);
        string invitation = await OpenIdSite.InviteAsync(_site.Server, SiteRole.Viewer);
        ProviderIdentity identity = new(_site.Provider.Issuer, Kim.Subject, Kim.Name, Kim.Email, true);
        Caller made = (await _site.Server.Services.GetRequiredService<JoinService>()
            .JoinAsync(browser, new Arrival(identity, invitation, "/"), new NewPerson("Kim", "", "", TakeOver: true), new SignInPlace(null, "Test"), Cancellation)).FindCaller()!;
        Assert.Equal(browser.OwnerId, made.OwnerId);
        Assert.Equal("/", await _browser.SignInAsync());
        Assert.Contains(Kim.Email, await _browser.ReadAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_unknown_gets_nothing_without_an_invitation()
    {
        Assert.Equal(OpenIdRoutes.Welcome, await _browser.SignInAsync());
        string page = await _browser.ReadAsync(OpenIdRoutes.Welcome);
        Assert.Contains("ask an administrator for an invitation", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        await Assert.ThrowsAsync<Sida.Engine.RequestException>(() => _site.Server.Services.GetRequiredService<JoinService>().JoinAsync(
            new Caller(Guid.CreateVersion7(), Permissions.All), new Arrival(new ProviderIdentity(_site.Provider.Issuer, Kim.Subject, "Kim", Kim.Email, true), null, "/"), new NewPerson("Kim", "", "", false), new SignInPlace(null, "Test"), Cancellation));
        Assert.StartsWith("/sign-in", await _browser.ComeBackAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_address_does_not_open_an_account_until_its_owner_connects_it()
    {
        (string email, Caller kim) = await JoinWithPasswordAsync(Kim.Email);
        Assert.Equal(OpenIdRoutes.Welcome, await _browser.SignInAsync());
        Assert.Contains("connect the two", await _browser.ReadAsync(OpenIdRoutes.Welcome), StringComparison.Ordinal);
        // With an invitation neither.
        await _browser.SignInAsync("/join/" + await OpenIdSite.InviteAsync(_site.Server, SiteRole.Viewer));
        Assert.Contains("already is an account", (await _browser.PostAsync(OpenIdRoutes.Welcome, "join", ("Form.Name", "Kim"))).Page, StringComparison.Ordinal);
        Assert.Null(await ConnectionOfAsync(kim));

        using OpenIdBrowser owner = new(_site.Server);
        Assert.Equal("/", (await owner.PostAsync("/sign-in", "sign-in", ("Form.Email", email), ("Form.Password", Password))).Address);
        Assert.Equal(OpenIdRoutes.Welcome, await owner.SignInAsync("/account"));
        // Coming from the provider connects nothing yet: somebody else's link could have led there.
        Assert.Null(await ConnectionOfAsync(kim));
        Assert.Equal("/account?done=connected", (await owner.PostAsync(OpenIdRoutes.Welcome, "connect")).Address);
        Assert.Equal(Kim.Email, (await ConnectionOfAsync(kim))!.Label);
        using OpenIdBrowser again = new(_site.Server);
        Assert.Equal("/", await again.SignInAsync());

        // Taken away, the provider opens nothing, and what it opened is closed.
        Assert.Equal("/account?done=disconnected", (await owner.PostAsync("/account", "provider")).Address);
        Assert.Contains(email, await owner.ReadAsync("/account"), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", await again.ComeBackAsync("/account"), StringComparison.Ordinal);
        Assert.Equal(OpenIdRoutes.Welcome, await again.SignInAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disabled_or_locked_account_stays_closed(bool disabled)
    {
        (_, Caller kim) = await JoinWithPasswordAsync("else." + Kim.Email);
        ProviderIdentity identity = new(_site.Provider.Issuer, Kim.Subject, Kim.Name, Kim.Email, true);
        await _site.Server.Services.GetRequiredService<ProviderLogins>().ConnectAsync(kim, identity, Cancellation);
        await using (SidaDb db = _site.Server.Services.GetRequiredService<AccessService>().OpenForServer())
        {
            Account account = await db.Accounts.SingleAsync(row => row.Id == kim.AccountId, Cancellation);
            account.DisabledAt = disabled ? DateTimeOffset.UtcNow : null;
            account.LockoutEnd = disabled ? null : DateTimeOffset.UtcNow.AddMinutes(10);
            await db.SaveChangesAsync(Cancellation);
        }

        Assert.Equal(OpenIdRoutes.Welcome, await _browser.SignInAsync());
        Assert.Contains(disabled ? "was disabled" : "is locked", await _browser.ReadAsync(OpenIdRoutes.Welcome), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", await _browser.ComeBackAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_settings_say_so_somebody_new_gets_an_account_if_their_address_is_checked_and_fits()
    {
        using SidaServer open = _site.Provider.Configure(new SidaServer())
            .With("Sida:Access:OpenIdConnect:CreateAccounts", "true").With("Sida:Access:OpenIdConnect:NewAccountRole", "Annotator").With("Sida:Access:OpenIdConnect:EmailDomains", "herons.example example.org");
        open.StartServer();
        foreach (TestPerson refused in new[] { Kim with { Verified = false }, Kim with { Email = "kim@example.org.evil.example" }, Kim with { Email = "" } })
        {
            _site.Provider.Person = refused;
            using OpenIdBrowser outside = new(open);
            await outside.SignInAsync();
            Assert.Contains("ask an administrator", await outside.ReadAsync(OpenIdRoutes.Welcome), StringComparison.Ordinal);
        }

        _site.Provider.Person = new TestPerson();
        using OpenIdBrowser browser = new(open);
        Assert.Equal(OpenIdRoutes.Welcome, await browser.SignInAsync("/sign-in?return=%2Fkeys"));
        Assert.Equal("/keys", (await browser.PostAsync(OpenIdRoutes.Welcome, "join", ("Form.Name", "Kim"))).Address);
        Assert.Contains("Annotator", await browser.ReadAsync("/account"), StringComparison.Ordinal);
    }

    private AccountService Accounts() => _site.Server.Services.GetRequiredService<AccountService>();

    private Task<ProviderConnection?> ConnectionOfAsync(Caller caller) => _site.Server.Services.GetRequiredService<ProviderLogins>().FindAsync(caller, Cancellation);

    private async Task<(string Email, Caller Caller)> JoinWithPasswordAsync(string email)
    {
        Caller browser = new(Guid.CreateVersion7(), Permissions.All);
        string invitation = await OpenIdSite.InviteAsync(_site.Server, SiteRole.Viewer);
        return (email, (await _site.Server.Services.GetRequiredService<JoinService>()
            .JoinAsync(browser, invitation, new NewPerson("Kim", email, Password, false), new SignInPlace(null, "Test"), Cancellation)).FindCaller()!);
    }

    private async Task<Caller> OwnerOfAsync(Guid picture)
    {
        await using SidaDb db = _site.Server.Services.GetRequiredService<AccessService>().OpenForServer();
        return new Caller((await db.Pictures.FindAsync([picture], Cancellation))!.OwnerId, Permissions.All);
    }
}
