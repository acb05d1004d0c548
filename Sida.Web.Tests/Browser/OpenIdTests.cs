using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data;
using Sida.Web.Tests.Web;
using Sida.Web.Tests.Web.Accounts.OpenId;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>Signing in with a provider in a real browser, which has its own rules about forms, cookies and other sites.</summary>
public sealed class OpenIdTests(Chromium chromium) : IAsyncLifetime
{
    private readonly SidaServer _server = new();
    private readonly List<string> _problems = [];

    private TestProvider _provider = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await TestProvider.StartAsync();
        _provider.ShowsPage = true;
        _provider.Person = new TestPerson("kim", "Kim Reed", "kim.reed@example.org");
        _provider.Configure(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, 800, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task By_invitation_with_what_was_asked_before_and_again_afterwards(int width, int height, ColorScheme scheme)
    {
        Uri address = _server.Listen();
        async Task LookAsync(IPage page, string name)
        {
            _problems.AddRange(await Looks.CheckAsync(page, name));
            if (Looks.Folder is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Looks.Folder, $"openid-{name}-{width}.png") });
            }
        }

        string invitation = await OpenIdSite.InviteAsync(_server, SiteRole.Annotator);
        await using Visitor kim = new(await chromium.NewUserAsync(address, Looks.Screen(width, height, scheme)));
        IPage page = await kim.AskAsync("Before the account?");
        await page.GotoAsync($"/join/{invitation}");
        await LookAsync(page, "join");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Heron House" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Allow" }).ClickAsync();
        await page.GetByLabel("Take that over").CheckAsync();
        await LookAsync(page, "welcome");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make my account" }).ClickAsync();
        await Expect(page.Locator(".conversation .title")).ToHaveTextAsync("Before the account?");
        await Visitor.ReadyAsync(page);
        await page.GotoAsync("/account");
        await LookAsync(page, "account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out of this browser" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Continue with Heron House" })).ToBeVisibleAsync();
        await LookAsync(page, "sign-in");
        await page.GotoAsync("/sign-in?return=%2Fkeys");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Heron House" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Allow" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/keys$"));
        await Visitor.ReadyAsync(page);
        Assert.Empty(kim.Complaints);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Somebody_with_a_password_connects_the_two_and_the_page_of_people_lists_both()
    {
        Uri address = _server.Listen();
        await using Visitor anna = new(await chromium.NewUserAsync(address, Looks.Screen(1280, 800, ColorScheme.Light)));
        IPage page = await anna.OpenAsync(_server.Notices.AdministratorPath);
        await page.GetByLabel("Your name").FillAsync("Anna Berg");
        await page.GetByLabel("E-mail address").FillAsync("anna.berg@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("marble otter kettle drift");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.Locator(".account-menu .who")).ToContainTextAsync("Anna Berg");
        await Visitor.ReadyAsync(page);
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Link, new() { Name = "Connect Heron House" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Allow" }).ClickAsync();
        _problems.AddRange(await Looks.CheckAsync(page, "connect"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Expect(page.GetByText("The two accounts are connected.")).ToBeVisibleAsync();
        await Expect(page.GetByText("kim.reed@example.org opens this account")).ToBeVisibleAsync();

        await JoinAsync("Kim Reed", "kim.reed@example.org", SiteRole.Reviewer);
        await JoinAsync("Lee Moreau", "lee@example.org", SiteRole.Annotator);
        await JoinAsync("Sam Okafor", "sam.okafor@example.org", SiteRole.Viewer);
        await page.GotoAsync("/people");
        await Expect(page.GetByText("Sam Okafor")).ToHaveCountAsync(2);
        await Visitor.ReadyAsync(page);
        _problems.AddRange(await Looks.CheckAsync(page, "people"));
        if (Looks.Folder is not null)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(Looks.Folder, "openid-people-1280.png") });
        }

        Assert.Empty(anna.Complaints);
        Assert.Empty(_problems);
    }

    private async Task JoinAsync(string name, string email, SiteRole role)
    {
        AccessService access = _server.Services.GetRequiredService<AccessService>();
        await using SidaDb db = access.OpenForServer();
        Caller admin = access.CallerOf(await db.Accounts.SingleAsync(account => account.Role == SiteRole.Administrator, Cancellation))!;
        NewLink link = await _server.Services.GetRequiredService<LinkService>().InviteAsync(admin, name, role, 7, Cancellation);
        await _server.Services.GetRequiredService<JoinService>().JoinAsync(
            new Caller(Guid.CreateVersion7(), Permissions.All), link.Secret, new NewPerson(name, email, "marble otter kettle drift", false), new SignInPlace(null, "Test"), Cancellation);
    }
}
