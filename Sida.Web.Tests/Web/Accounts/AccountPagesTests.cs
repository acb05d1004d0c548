using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Accounts;

namespace Sida.Web.Tests.Web.Accounts;

/// <summary>The forms as a browser without scripts posts them, and as somebody else's page would.</summary>
public sealed partial class AccountPagesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Password = "heron reed sleeve lamp";

    private readonly SidaServer _server = shared.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signing_in_sets_a_protected_cookie_and_leads_back()
    {
        string email = await JoinedAsync(_server);
        using HttpClient browser = Browser(_server);
        using HttpResponseMessage answer = await SignInAsync(browser, "/sign-in?return=%2Fkeys", email, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/keys", PathOf(answer));
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith(AccountCookie.Name, StringComparison.Ordinal));
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        // Without "stay signed in" it goes with the browser.
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
        Assert.Contains("Where you are signed in", await browser.GetStringAsync("/account", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    public async Task Signing_in_leads_to_no_other_site(string address)
    {
        string email = await JoinedAsync(_server);
        using HttpClient browser = Browser(_server);
        using HttpResponseMessage answer = await SignInAsync(browser, $"/sign-in?return={Uri.EscapeDataString(address)}", email, Password);
        Assert.Equal("/", PathOf(answer));
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_in()
    {
        string email = await JoinedAsync(_server);
        using HttpClient browser = Browser(_server);
        string page = await browser.GetStringAsync("/sign-in", Cancellation);
        Dictionary<string, string> form = Form(page, email, Password);
        form["__RequestVerificationToken"] = "forged";
        using HttpResponseMessage forged = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(form), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using HttpRequestMessage foreign = new(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent(Form(page, email, Password)), Headers = { { "Origin", "https://evil.example" } } };
        using HttpResponseMessage refused = await browser.SendAsync(foreign, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using HttpClient nobody = _server.CreateDefaultClient();
        using HttpResponseMessage without = await nobody.PostAsync("/sign-in", new FormUrlEncodedContent(Form(page, email, Password)), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
    }

    [Fact]
    public async Task Trying_passwords_is_held_back()
    {
        using SidaServer strict = new SidaServer().With("Sida:Access:SignInsPerMinute", "2");
        string email = await JoinedAsync(strict);
        using HttpClient browser = Browser(strict);
        string[] answers = new string[3];
        for (int i = 0; i < answers.Length; i++)
        {
            using HttpResponseMessage answer = await SignInAsync(browser, "/sign-in", email, "wrong horse wrong staple");
            answers[i] = await answer.Content.ReadAsStringAsync(Cancellation);
        }

        Assert.Contains("password is wrong", answers[1], StringComparison.Ordinal);
        Assert.Contains("Too many attempts", answers[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/people")]
    public async Task Pages_of_people_send_a_visitor_to_sign_in(string page)
    {
        using HttpClient browser = Browser(_server);
        using HttpResponseMessage answer = await browser.GetAsync(page, Cancellation);
        Assert.Equal("/sign-in?return=" + Uri.EscapeDataString(page), PathOf(answer));
    }

    [Fact]
    public async Task Where_the_chat_needs_an_account_every_page_but_those_for_joining_sends_a_visitor_to_sign_in()
    {
        using SidaServer closed = new SidaServer().With("Sida:Access:ChatNeedsAccount", "true");
        using HttpClient browser = Browser(closed);
        foreach (string page in new[] { "/", "/keys", "/models", "/demo", $"/c/{Guid.NewGuid()}" })
        {
            using HttpResponseMessage answer = await browser.GetAsync(page, Cancellation);
            Assert.StartsWith("/sign-in", PathOf(answer), StringComparison.Ordinal);
        }

        foreach (string page in new[] { "/sign-in", "/join/none", "/new-password/none", "/set-up/none", "/s/none" })
        {
            using HttpResponseMessage answer = await browser.GetAsync(page, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Only_the_console_knows_the_link_and_only_while_there_is_no_administrator()
    {
        using SidaServer first = new();
        first.StartServer();
        string token = first.Notices.AdministratorPath[FirstAdministrator.Page.Length..];
        JoinService joining = first.Services.GetRequiredService<JoinService>();
        SignInPlace place = new(null, "Test");
        Caller browser = new(Guid.CreateVersion7(), Permissions.All);
        await Assert.ThrowsAsync<NotFoundException>(() => joining.SetUpAsync(browser, "guessed", new NewPerson("Eve", "eve@example.org", Password, false), place, Cancellation));
        Task<System.Security.Claims.ClaimsPrincipal>[] both =
            [.. new[] { "anna", "eve" }.Select(name => joining.SetUpAsync(browser, token, new NewPerson(name, name + "@example.org", Password, false), place, Cancellation))];
        await Task.WhenAll(both.Select(one => one.ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default)));
        Assert.Equal(SiteRole.Administrator, (await Assert.Single(both, one => one.IsCompletedSuccessfully)).FindCaller()!.Role);

        using SidaServer second = first.Successor();
        second.StartServer();
        Assert.Empty(second.Notices.Lines);
        using SidaServer lost = first.Successor().With("Sida:Access:AdministratorLink", "true");
        lost.StartServer();
        Assert.NotEqual(first.Notices.AdministratorPath, lost.Notices.AdministratorPath);
    }

    [Fact]
    public async Task Signing_out_needs_the_token_of_a_page_and_ends_the_cookie_at_the_server_too()
    {
        SignedIn anna = await SignedIn.AsAsync(_server, SiteRole.Viewer, "Anna");
        using SidaUser user = await SidaUser.SignInAsync(_server, SiteRole.Viewer, "Ben Okafor");             // the space: three letters alone turn up in a page's tokens
        Assert.Contains("Ben Okafor", await user.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        using HttpResponseMessage signedOut = await user.Http.PostAsync(AccountsHosting.SignOutAddress, null, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, signedOut.StatusCode);
        Standing standing = _server.Services.GetRequiredService<Standing>();
        Assert.NotNull(await standing.RenewAsync(anna.Principal, Cancellation));
        Assert.DoesNotContain("Ben Okafor", await user.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
    }

    /// <summary>A browser with cookies that follows no redirects.</summary>
    private static HttpClient Browser(SidaServer server) => server.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>Somebody new, by an invitation.</summary>
    private static async Task<string> JoinedAsync(SidaServer server)
    {
        server.StartServer();
        Caller admin = (await SignedIn.AsAsync(server, SiteRole.Administrator, "Anna")).Caller;
        NewLink link = await server.Services.GetRequiredService<LinkService>().InviteAsync(admin, "Kim", SiteRole.Viewer, 1, Cancellation);
        string email = $"{Guid.NewGuid():N}@example.org";
        await server.Services.GetRequiredService<JoinService>()
            .JoinAsync(new Caller(Guid.CreateVersion7(), Permissions.All), link.Secret, new NewPerson("Kim", email, Password, false), new SignInPlace(null, "Test"), Cancellation);
        return email;
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string page, string email, string password)
    {
        string html = await browser.GetStringAsync(page, Cancellation);
        return await browser.PostAsync(page, new FormUrlEncodedContent(Form(html, email, password)), Cancellation);
    }

    private static Dictionary<string, string> Form(string html, string email, string password) => new()
    {
        ["_handler"] = "sign-in",
        ["__RequestVerificationToken"] = TokenField().Match(html).Groups[1].Value,
        ["Form.Email"] = email,
        ["Form.Password"] = password,
    };

    private static string PathOf(HttpResponseMessage answer) => new Uri(new Uri("http://localhost"), answer.Headers.Location!).PathAndQuery;

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
