using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Tests.Web.Access;

/// <summary>Who somebody is, is looked up again at every request.</summary>
public sealed class StandingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly SidaServer _server = shared.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccessService Access => _server.Services.GetRequiredService<AccessService>();

    private Standing Standing => _server.Services.GetRequiredService<Standing>();

    [Fact]
    public async Task Somebody_who_signed_in_has_what_is_theirs_and_nobody_elses()
    {
        using SidaUser anna = await SidaUser.SignInAsync(_server, SiteRole.Viewer);
        using SidaUser ben = await SidaUser.SignInAsync(_server, SiteRole.Administrator, "Ben");
        Guid picture = (await anna.UploadAsync(SidaUser.Picture())).Id;
        await using SidaDb db = Access.OpenForServer();
        Assert.Equal(anna.Caller.OwnerId, (await db.Pictures.SingleAsync(row => row.Id == picture, Cancellation)).OwnerId);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(anna, $"/api/pictures/{picture}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(ben, $"/api/pictures/{picture}"));
    }

    [Fact]
    public async Task A_new_security_stamp_signs_out_every_browser()
    {
        using SidaUser anna = await SidaUser.SignInAsync(_server, SiteRole.Viewer);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(anna, $"/api/pictures/{Guid.NewGuid()}"));
        await ChangeAsync(anna, account => account.SecurityStamp = "another");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(anna, $"/api/pictures/{Guid.NewGuid()}"));
        // The next page makes it a browser without an account.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(anna, "/"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(anna, $"/api/pictures/{Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_disabled_account_opens_nothing_and_neither_do_its_keys()
    {
        using SidaUser anna = await SidaUser.SignInAsync(_server, SiteRole.Annotator);
        ApiKeyService keys = _server.Services.GetRequiredService<ApiKeyService>();
        NewApiKey key = await keys.CreateAsync(anna.Caller, "script", Permissions.Read | Permissions.Review, null, Cancellation);
        Assert.Equal(SiteRole.Annotator, (await keys.FindAsync(key.Secret, Cancellation))!.Role);
        await ChangeAsync(anna, account => account.DisabledAt = DateTimeOffset.UnixEpoch);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(anna, $"/api/pictures/{Guid.NewGuid()}"));
        Assert.Null(await keys.FindAsync(key.Secret, Cancellation));
        Assert.False(await keys.IsUsableAsync(key.Key.Id, Cancellation));
    }

    [Fact]
    public async Task A_new_role_holds_from_the_next_request_on()
    {
        SignedIn anna = await SignedIn.AsAsync(_server, SiteRole.Annotator, "Anna");
        await ChangeAsync(anna.Caller, account => account.Role = SiteRole.Viewer);
        Caller renewed = (await Standing.RenewAsync(anna.Principal, Cancellation))!.FindCaller()!;
        Assert.Equal(SiteRole.Viewer, renewed.Role);
        Assert.Throws<ForbiddenException>(() => AccessService.RequireRole(renewed, SiteRole.Annotator));
        AccessService.RequireRole(renewed, SiteRole.Viewer);
    }

    [Fact]
    public async Task What_an_account_took_over_is_closed_to_the_bare_browser()
    {
        Caller anna = (await SignedIn.AsAsync(_server, SiteRole.Viewer, "Anna")).Caller;
        Assert.Null(await Standing.RenewAsync(new Caller(anna.OwnerId, Permissions.All).ToPrincipal(BrowserOwner.Scheme), Cancellation));
        Assert.NotNull(await Standing.RenewAsync(new Caller(Guid.NewGuid(), Permissions.All).ToPrincipal(BrowserOwner.Scheme), Cancellation));
    }

    [Fact]
    public async Task A_change_by_somebody_who_signed_in_needs_the_token_of_a_page()
    {
        using SidaUser anna = await SidaUser.SignInAsync(_server, SiteRole.Viewer);
        anna.Http.DefaultRequestHeaders.Remove(SameOriginOnly.TokenHeader);
        using HttpResponseMessage none = await anna.TryUploadAsync(SidaUser.Picture());
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
    }

    [Fact]
    public async Task Where_the_chat_needs_an_account_a_browser_without_one_can_do_nothing()
    {
        using SidaServer closed = new SidaServer().With("Sida:Access:ChatNeedsAccount", "true");
        using SidaUser nobody = await SidaUser.OpenAsync(closed);
        using HttpResponseMessage refused = await nobody.TryUploadAsync(SidaUser.Picture());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("Sign in first", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using SidaUser anna = await SidaUser.SignInAsync(closed, SiteRole.Viewer);
        using HttpResponseMessage taken = await anna.TryUploadAsync(SidaUser.Picture());
        Assert.True(taken.IsSuccessStatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(SidaUser user, string address)
    {
        using HttpResponseMessage response = await user.Http.GetAsync(address, Cancellation);
        return response.StatusCode;
    }

    private Task ChangeAsync(SidaUser user, Action<Account> change) => ChangeAsync(user.Caller, change);

    private async Task ChangeAsync(Caller caller, Action<Account> change)
    {
        await using SidaDb db = Access.OpenForServer();
        Account account = await db.Accounts.SingleAsync(row => row.Id == caller.AccountId, Cancellation);
        change(account);
        await db.SaveChangesAsync(Cancellation);
    }
}
