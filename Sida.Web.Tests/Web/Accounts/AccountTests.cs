using System.Net;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Accounts;
using Sida.Web.Accounts.OpenId;
using Sida.Web.Conversations;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;

namespace Sida.Web.Tests.Web.Accounts;

/// <summary>How people come, sign in and go, the same on every database that Sida supports.</summary>
public abstract class AccountTests(SidaServer server)
{
    private const string Password = "heron reed sleeve lamp";

    private readonly SignInPlace _place = new(IPAddress.Loopback, "Test");
    private readonly string _email = $"{Guid.NewGuid():N}@example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccessService Access => server.Services.GetRequiredService<AccessService>();

    private AccountService Accounts => server.Services.GetRequiredService<AccountService>();

    private JoinService Joining => server.Services.GetRequiredService<JoinService>();

    private LinkService Links => server.Services.GetRequiredService<LinkService>();

    private PeopleService People => server.Services.GetRequiredService<PeopleService>();

    private Standing Standing => server.Services.GetRequiredService<Standing>();

    [Fact]
    public async Task An_invitation_makes_one_account_with_its_role()
    {
        Caller admin = await AdministratorAsync();
        NewLink link = await Links.InviteAsync(admin, "Kim", SiteRole.Annotator, 7, Cancellation);
        Assert.Equal(SiteRole.Annotator, (await Links.FindAsync(link.Secret, joining: true, Cancellation)).Role);
        Caller kim = (await JoinAsync(link.Secret)).FindCaller()!;
        Assert.Equal(SiteRole.Annotator, kim.Role);
        Assert.Equal(("Kim", _email), ((await Accounts.GetAsync(kim, Cancellation)).DisplayName, (await Accounts.GetAsync(kim, Cancellation)).Email));
        await Assert.ThrowsAsync<NotFoundException>(() => JoinAsync(link.Secret, "other." + _email));
        Assert.Equal(LinkState.Used, (await Links.ListAsync(admin, Cancellation)).Single(view => view.Id == link.Link.Id).State);
    }

    [Fact]
    public async Task Of_two_who_use_an_invitation_at_the_same_moment_one_gets_in()
    {
        NewLink link = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Viewer, 7, Cancellation);
        Task<ClaimsPrincipal>[] both = [JoinAsync(link.Secret), JoinAsync(link.Secret, "other." + _email)];
        await Task.WhenAll(both.Select(one => one.ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default)));
        Assert.Equal(1, both.Count(one => one.IsCompletedSuccessfully));
        Assert.Equal(1, both.Count(one => one.Exception?.InnerException is NotFoundException));
    }

    [Fact]
    public async Task An_invitation_that_was_withdrawn_has_expired_or_never_was_opens_nothing()
    {
        Caller admin = await AdministratorAsync();
        NewLink withdrawn = await Links.InviteAsync(admin, "Kim", SiteRole.Viewer, 7, Cancellation);
        await Links.RevokeAsync(admin, withdrawn.Link.Id, Cancellation);
        NewLink expired = await Links.InviteAsync(admin, "Kim", SiteRole.Viewer, 1, Cancellation);
        server.Clock.Advance(TimeSpan.FromDays(2));
        NewLink password = await Links.MakeResetAsync(admin, (await PersonAsync(SiteRole.Viewer)).AccountId!.Value, Cancellation);
        foreach (string secret in new[] { withdrawn.Secret, expired.Secret, password.Secret, "", "guessed" })
        {
            await Assert.ThrowsAsync<NotFoundException>(() => Links.FindAsync(secret, joining: true, Cancellation));
            await Assert.ThrowsAsync<NotFoundException>(() => JoinAsync(secret));
        }

        await Assert.ThrowsAsync<NotFoundException>(() => Links.RevokeAsync(admin, withdrawn.Link.Id, Cancellation));
    }

    [Fact]
    public async Task What_goes_wrong_while_joining_does_not_use_the_invitation_up()
    {
        NewLink link = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Viewer, 7, Cancellation);
        Assert.Contains("at least 12", (await Assert.ThrowsAsync<RequestException>(() => JoinAsync(link.Secret, password: "short"))).Message, StringComparison.Ordinal);
        Assert.Contains("not an e-mail address", (await Assert.ThrowsAsync<RequestException>(() => JoinAsync(link.Secret, email: "nobody"))).Message, StringComparison.Ordinal);
        await JoinAsync(link.Secret);
        NewLink second = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Viewer, 7, Cancellation);
        Assert.Contains("already is an account", (await Assert.ThrowsAsync<RequestException>(() => JoinAsync(second.Secret, email: _email.ToUpperInvariant()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_browser_made_is_taken_over_once_and_is_closed_to_the_bare_browser()
    {
        Caller browser = new(Guid.CreateVersion7(), Permissions.All);
        Guid picture = (await server.Services.GetRequiredService<PictureService>().AddAsync(browser, new MemoryStream(SidaUser.Picture()), "a.png", Cancellation)).Id;
        await server.Services.GetRequiredService<AskingService>().AskAsync(browser, new Ask { PictureId = picture, Text = "Mine?" }, Cancellation);
        NewApiKey key = await server.Services.GetRequiredService<ApiKeyService>().CreateAsync(browser, "left behind", Permissions.Read, null, Cancellation);
        Assert.Equal(1, await Joining.CountConversationsAsync(browser, Cancellation));
        Caller admin = await AdministratorAsync();
        NewLink first = await Links.InviteAsync(admin, "Kim", SiteRole.Viewer, 7, Cancellation);
        Caller kim = (await JoinAsync(first.Secret, browser: browser, takeOver: true)).FindCaller()!;
        Assert.Equal(browser.OwnerId, kim.OwnerId);
        Assert.Single(await server.Services.GetRequiredService<ConversationService>().ListAsync(kim, new ConversationQuery(), Cancellation));
        Assert.Null(await Standing.RenewAsync(browser.ToPrincipal(BrowserOwner.Scheme), Cancellation));
        Assert.Null(await server.Services.GetRequiredService<ApiKeyService>().FindAsync(key.Secret, Cancellation));
        NewLink second = await Links.InviteAsync(admin, "Lee", SiteRole.Viewer, 7, Cancellation);
        await Assert.ThrowsAsync<RequestException>(() => JoinAsync(second.Secret, "lee." + _email, browser: browser, takeOver: true));
    }

    [Fact]
    public async Task Signing_in_needs_the_right_password_and_says_nothing_about_who_has_an_account()
    {
        await PersonAsync(SiteRole.Viewer);
        ClaimsPrincipal person = await SignInAsync(Password, _email.ToUpperInvariant());
        Assert.NotNull(await Standing.RenewAsync(person, Cancellation));
        string wrong = (await Assert.ThrowsAsync<RequestException>(() => SignInAsync("wrong horse"))).Message;
        string nobody = (await Assert.ThrowsAsync<RequestException>(() => SignInAsync(Password, "nobody." + _email))).Message;
        Assert.Equal(wrong, nobody);
        await Assert.ThrowsAsync<RequestException>(() => SignInAsync("", _email));
        await Assert.ThrowsAsync<RequestException>(() => SignInAsync(new string('x', 100_000), _email));
    }

    [Fact]
    public async Task Too_many_wrong_passwords_lock_the_account_until_an_administrator_unlocks_it()
    {
        Caller kim = await PersonAsync(SiteRole.Viewer);
        for (int i = 0; i < 8; i++)
        {
            await Assert.ThrowsAsync<RequestException>(() => SignInAsync("wrong horse"));
        }

        await Assert.ThrowsAsync<RequestException>(() => SignInAsync(Password));
        Caller admin = await AdministratorAsync();
        Assert.True((await People.ListAsync(admin, Cancellation)).Single(person => person.AccountId == kim.AccountId).IsLocked);
        await People.UnlockAsync(admin, kim.AccountId!.Value, Cancellation);
        Assert.NotNull(await SignInAsync(Password));
    }

    [Fact]
    public async Task A_disabled_account_is_told_so_only_with_the_right_password()
    {
        Caller kim = await PersonAsync(SiteRole.Viewer);
        Caller admin = await AdministratorAsync();
        await People.SetDisabledAsync(admin, kim.AccountId!.Value, true, Cancellation);
        await Assert.ThrowsAsync<RequestException>(() => SignInAsync("wrong horse"));
        await Assert.ThrowsAsync<ForbiddenException>(() => SignInAsync(Password));
        await People.SetDisabledAsync(admin, kim.AccountId!.Value, false, Cancellation);
        Assert.NotNull(await SignInAsync(Password));
    }

    [Fact]
    public async Task A_new_password_signs_out_the_other_browsers()
    {
        Caller kim = await PersonAsync(SiteRole.Viewer);
        ClaimsPrincipal other = await SignInAsync(Password);
        Assert.Contains("current password is wrong", (await Assert.ThrowsAsync<RequestException>(() => Accounts.ChangePasswordAsync(kim, "wrong horse", "another four words here", _place, Cancellation))).Message, StringComparison.Ordinal);
        ClaimsPrincipal own = await Accounts.ChangePasswordAsync(kim, Password, "another four words here", _place, Cancellation);
        Assert.NotNull(await Standing.RenewAsync(own, Cancellation));
        Assert.Null(await Standing.RenewAsync(other, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => SignInAsync(Password));
        Assert.NotNull(await SignInAsync("another four words here"));
    }

    [Fact]
    public async Task A_link_for_a_new_password_works_once_and_ends_a_lock()
    {
        Caller kim = await PersonAsync(SiteRole.Viewer);
        ClaimsPrincipal before = await SignInAsync(Password);
        NewLink link = await Links.MakeResetAsync(await AdministratorAsync(), kim.AccountId!.Value, Cancellation);
        await Assert.ThrowsAsync<RequestException>(() => Accounts.ResetPasswordAsync(link.Secret, "short", null, Cancellation));
        await Accounts.ResetPasswordAsync(link.Secret, "another four words here", null, Cancellation);
        Assert.Null(await Standing.RenewAsync(before, Cancellation));
        Assert.NotNull(await SignInAsync("another four words here"));
        await Assert.ThrowsAsync<NotFoundException>(() => Accounts.ResetPasswordAsync(link.Secret, "yet another four words", null, Cancellation));
    }

    [Fact]
    public async Task Sessions_end_one_by_one_or_all_at_once()
    {
        await PersonAsync(SiteRole.Viewer);
        SessionService sessions = server.Services.GetRequiredService<SessionService>();
        ClaimsPrincipal[] browsers = [await SignInAsync(Password), await SignInAsync(Password), await SignInAsync(Password)];
        Caller kim = browsers[0].FindCaller()!;
        await sessions.EndAsync(kim, browsers[1].FindSession()!.Value, Cancellation);
        Assert.Null(await Standing.RenewAsync(browsers[1], Cancellation));
        Assert.NotNull(await Standing.RenewAsync(browsers[2], Cancellation));
        // One from when the account was made.
        Assert.Equal(3, (await sessions.ListAsync(browsers[0], Cancellation)).Count);
        Caller lee = (await SignedIn.AsAsync(server, SiteRole.Administrator, "Lee")).Caller;
        await Assert.ThrowsAsync<NotFoundException>(() => sessions.EndAsync(lee, browsers[0].FindSession()!.Value, Cancellation));
        await Accounts.SignOutEverywhereAsync(kim, Cancellation);
        Assert.Null(await Standing.RenewAsync(browsers[0], Cancellation));
        Assert.Null(await Standing.RenewAsync(browsers[2], Cancellation));
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_sessions()
    {
        SignedIn kim = await SignedIn.AsAsync(server, SiteRole.Viewer, "Kim");
        SessionService sessions = server.Services.GetRequiredService<SessionService>();
        await using SidaDb db = Access.OpenForServer();
        Account account = await db.Accounts.SingleAsync(row => row.Id == kim.Caller.AccountId, Cancellation);
        ClaimsPrincipal newest = kim.Principal;
        for (int i = 0; i < 50; i++)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            newest = await sessions.BeginAsync(db, account, _place, Cancellation);
        }

        Assert.Null(await Standing.RenewAsync(kim.Principal, Cancellation));
        Assert.NotNull(await Standing.RenewAsync(newest, Cancellation));
        Assert.Equal(50, (await sessions.ListAsync(newest, Cancellation)).Count);
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_by_itself()
    {
        await PersonAsync(SiteRole.Viewer);
        ClaimsPrincipal person = await SignInAsync(Password);
        server.Clock.Advance(TimeSpan.FromDays(13));
        Assert.NotNull(await Standing.RenewAsync(person, Cancellation));
        server.Clock.Advance(TimeSpan.FromDays(13));
        Assert.NotNull(await Standing.RenewAsync(person, Cancellation));
        server.Clock.Advance(TimeSpan.FromDays(15));
        Assert.Null(await Standing.RenewAsync(person, Cancellation));
    }

    [Fact]
    public async Task Only_administrators_manage_others_and_nobody_their_own_access()
    {
        Caller admin = await AdministratorAsync();
        Caller reviewer = await PersonAsync(SiteRole.Reviewer);
        Guid target = (await SignedIn.AsAsync(server, SiteRole.Viewer, "Lee")).Caller.AccountId!.Value;
        Caller program = admin with { ApiKeyId = Guid.NewGuid() };
        Caller browser = new(Guid.NewGuid(), Permissions.All);
        foreach (Caller caller in new[] { reviewer, program, browser })
        {
            await Assert.ThrowsAsync<ForbiddenException>(() => People.ListAsync(caller, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => People.SetRoleAsync(caller, target, SiteRole.Administrator, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => People.SetDisabledAsync(caller, target, true, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => People.SignOutAsync(caller, target, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => People.UnlockAsync(caller, target, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => Links.InviteAsync(caller, "me", SiteRole.Administrator, 1, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => Links.MakeResetAsync(caller, target, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => Links.ListAsync(caller, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => Links.RevokeAsync(caller, Guid.NewGuid(), Cancellation));
        }

        await Assert.ThrowsAsync<RequestException>(() => People.SetRoleAsync(admin, admin.AccountId!.Value, SiteRole.Viewer, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => People.SetDisabledAsync(admin, admin.AccountId!.Value, true, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => People.SetRoleAsync(admin, target, SiteRole.Visitor, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => Links.InviteAsync(admin, "Lee", SiteRole.Visitor, 1, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => Links.InviteAsync(admin, "Lee", SiteRole.Viewer, 1000, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => People.SetRoleAsync(admin, Guid.NewGuid(), SiteRole.Viewer, Cancellation));
    }

    [Fact]
    public async Task One_account_at_a_provider_opens_one_account_here_and_the_last_way_in_stays()
    {
        ProviderLogins logins = server.Services.GetRequiredService<ProviderLogins>();
        ProviderIdentity identity = new("https://login.example.org", _email, "Kim", _email, HasVerifiedEmail: true);
        NewLink link = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Annotator, 7, Cancellation);
        Assert.Null(await logins.SignInAsync(identity, _place, Cancellation));
        Caller kim = (await Joining.JoinAsync(new Caller(Guid.CreateVersion7(), Permissions.All), new Arrival(identity, link.Secret, "/"), new NewPerson("Kim", "", "", false), _place, Cancellation)).FindCaller()!;
        Assert.Equal(SiteRole.Annotator, kim.Role);
        Assert.Equal(kim, (await logins.SignInAsync(identity, _place, Cancellation))!.FindCaller());
        Assert.Null(await logins.SignInAsync(identity with { Subject = _email.ToUpperInvariant() }, _place, Cancellation));
        Caller lee = (await SignedIn.AsAsync(server, SiteRole.Viewer, "Lee")).Caller;
        Assert.Contains("another account here", (await Assert.ThrowsAsync<RequestException>(() => logins.ConnectAsync(lee, identity, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("connected already", (await Assert.ThrowsAsync<RequestException>(() => logins.ConnectAsync(kim, identity with { Subject = "another" }, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("only way in", (await Assert.ThrowsAsync<RequestException>(() => logins.DisconnectAsync(kim, _place, Cancellation))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ForbiddenException>(() => logins.ConnectAsync(lee with { ApiKeyId = Guid.NewGuid() }, identity with { Subject = "lee" }, Cancellation));
        // No password opens it, not even none, until an administrator's link makes one.
        await Assert.ThrowsAsync<RequestException>(() => SignInAsync(Password));
        NewLink password = await Links.MakeResetAsync(await AdministratorAsync(), kim.AccountId!.Value, Cancellation);
        await Accounts.ResetPasswordAsync(password.Secret, Password, null, Cancellation);
        Assert.NotNull(await SignInAsync(Password));
        Assert.NotNull((await logins.DisconnectAsync(kim, _place, Cancellation)).FindCaller());
    }

    [Fact]
    public async Task Somebody_from_a_provider_who_presses_the_button_twice_has_one_account()
    {
        ProviderIdentity identity = new("https://login.example.org", _email, "Kim", _email, HasVerifiedEmail: true);
        NewLink link = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Viewer, 7, Cancellation);
        Task<ClaimsPrincipal> ClickAsync(string name) =>
            Joining.JoinAsync(new Caller(Guid.CreateVersion7(), Permissions.All), new Arrival(identity, link.Secret, "/"), new NewPerson(name, "", "", false), _place, Cancellation);
        await Assert.ThrowsAsync<RequestException>(() => ClickAsync(""));
        ClaimsPrincipal[] both = await Task.WhenAll(ClickAsync("Kim"), ClickAsync("Kim"));
        Assert.Equal(both[0].FindCaller(), both[1].FindCaller());
        Assert.All(await Task.WhenAll(both.Select(one => Standing.RenewAsync(one, Cancellation))), Assert.NotNull);
    }

    [Fact]
    public async Task Secrets_of_links_are_not_in_the_database()
    {
        NewLink link = await Links.InviteAsync(await AdministratorAsync(), "Kim", SiteRole.Viewer, 7, Cancellation);
        await using SidaDb db = Access.OpenForServer();
        Assert.Equal(LinkSecret.HashOf(link.Secret), (await db.AccountLinks.SingleAsync(row => row.Id == link.Link.Id, Cancellation)).Hash);
        Assert.DoesNotContain(link.Secret, LinkSecret.HashOf(link.Secret), StringComparison.Ordinal);
    }

    private async Task<Caller> AdministratorAsync() => (await SignedIn.AsAsync(server, SiteRole.Administrator, "Anna")).Caller;

    /// <summary>Somebody who joined by an invitation and knows the password.</summary>
    private async Task<Caller> PersonAsync(SiteRole role) =>
        (await JoinAsync((await Links.InviteAsync(await AdministratorAsync(), "Kim", role, 7, Cancellation)).Secret)).FindCaller()!;

    private Task<ClaimsPrincipal> JoinAsync(string secret, string? email = null, string password = Password, Caller? browser = null, bool takeOver = false) =>
        Joining.JoinAsync(browser ?? new Caller(Guid.CreateVersion7(), Permissions.All), secret, new NewPerson("Kim", email ?? _email, password, takeOver), _place, Cancellation);

    private Task<ClaimsPrincipal> SignInAsync(string password, string? email = null) => Accounts.SignInAsync(email ?? _email, password, _place, Cancellation);
}
