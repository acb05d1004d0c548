using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The pages of people at three widths, light and dark.</summary>
public sealed class PeopleLooksTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public static TheoryData<int, int, ColorScheme> Screens => Looks.Screens;

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Pages_of_people_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        Uri address = _server.Listen();
        List<string> problems = [];
        async Task LookAsync(IPage page, string name)
        {
            problems.AddRange(await Looks.CheckAsync(page, name));
            if (Looks.Folder is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Looks.Folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
            }
        }

        await using Visitor anna = await Visitor.SignedInAsync(chromium, _server, SiteRole.Administrator, "Anna Berg", Looks.Screen(width, height, scheme));
        await SignedIn.AsAsync(_server, SiteRole.Reviewer, "Maximiliane von Rautenberg-Lichtenstein");
        Caller lee = (await SignedIn.AsAsync(_server, SiteRole.Annotator, "Lee")).Caller;
        await _server.Services.GetRequiredService<PeopleService>().SetDisabledAsync(anna.Caller, lee.AccountId!.Value, true, TestContext.Current.CancellationToken);
        LinkService links = _server.Services.GetRequiredService<LinkService>();
        NewLink withdrawn = await links.InviteAsync(anna.Caller, "Somebody else", SiteRole.Viewer, 7, TestContext.Current.CancellationToken);
        await links.RevokeAsync(anna.Caller, withdrawn.Link.Id, TestContext.Current.CancellationToken);
        IPage page = await anna.OpenAsync("/people");
        await page.GetByLabel("For whom?").FillAsync("Kim, newsroom");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make an invitation" }).ClickAsync();
        string invitation = await page.Locator(".made-link code").InnerTextAsync();
        await LookAsync(page, "people");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about Lee" }).ClickAsync();
        await LookAsync(page, "people-menu");
        if (width > 900)
        {
            await page.Locator(".account-menu .who").ClickAsync();
            await LookAsync(page, "account-menu");
        }

        await page.CloseAsync();
        page = await anna.OpenAsync("/account");
        await LookAsync(page, "account");
        await page.CloseAsync();

        await using Visitor kim = new(await chromium.NewUserAsync(address, Looks.Screen(width, height, scheme)));
        page = await kim.AskAsync();
        await page.CloseAsync();
        page = await kim.OpenAsync("/sign-in");
        await LookAsync(page, "sign-in");
        await page.GetByLabel("E-mail address").FillAsync("kim@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("wrong horse");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await LookAsync(page, "sign-in-wrong");
        await page.CloseAsync();
        page = await kim.OpenAsync(invitation);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("heron reed sleeve lamp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await LookAsync(page, "join");
        await page.CloseAsync();
        page = await kim.OpenAsync("/join/none");
        await LookAsync(page, "join-dead");
        Assert.Empty(problems);
        Assert.Empty(anna.Complaints);
        Assert.Empty(kim.Complaints);
    }
}
