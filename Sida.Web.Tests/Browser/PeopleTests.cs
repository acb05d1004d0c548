using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>People in real browsers: from the console's link to the first colleague, and out again.</summary>
public sealed class PeopleTests(Chromium chromium) : IDisposable
{
    private const string Password = "heron reed sleeve lamp";

    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task From_the_console_to_a_colleague_who_is_signed_out_everywhere()
    {
        Uri address = _server.Listen();
        await using Visitor anna = new(await chromium.NewUserAsync(address));
        IPage page = await anna.OpenAsync(_server.Notices.AdministratorPath);
        await JoinAsync(page, "Anna Berg", "anna@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.Locator(".account-menu .who")).ToContainTextAsync("Anna Berg");
        await Visitor.ReadyAsync(page);
        await page.Locator(".account-menu .who").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await page.GetByLabel("For whom?").FillAsync("Kim, newsroom");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "As", Exact = true }).SelectOptionAsync("Viewer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make an invitation" }).ClickAsync();
        string invitation = await page.Locator(".made-link code").InnerTextAsync();

        await using Visitor kim = new(await chromium.NewUserAsync(address));
        IPage joining = await kim.OpenAsync(invitation);
        await Expect(joining.GetByText("Your role will be viewer")).ToBeVisibleAsync();
        await JoinAsync(joining, "Kim", "kim@example.org");
        await joining.GetByRole(AriaRole.Button, new() { Name = "Make my account" }).ClickAsync();
        await Expect(joining.Locator(".account-menu .who")).ToContainTextAsync("Kim");
        await Visitor.ReadyAsync(joining);
        await joining.GotoAsync("/people");
        await Expect(joining.GetByRole(AriaRole.Heading, new() { Name = "This page is not for your role." })).ToBeVisibleAsync();
        await Visitor.ReadyAsync(joining);

        // The open page of the colleague becomes theirs the moment the role is given.
        await page.ReloadAsync();
        await Visitor.ReadyAsync(page);
        await page.GetByLabel("Role of Kim").SelectOptionAsync("Administrator");
        await Expect(joining.GetByRole(AriaRole.Heading, new() { Name = "People", Exact = true })).ToBeVisibleAsync();
        await page.GetByLabel("Role of Kim").SelectOptionAsync("Annotator");
        await Expect(joining.GetByRole(AriaRole.Heading, new() { Name = "This page is not for your role." })).ToBeVisibleAsync();

        // And is left when the colleague is signed out.
        await page.GetByRole(AriaRole.Button, new() { Name = "More about Kim" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await Expect(joining).ToHaveURLAsync(new Regex("/sign-in\\?return=%2Fpeople"));
        await joining.GetByLabel("E-mail address").FillAsync("kim@example.org");
        await joining.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await joining.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(joining.GetByRole(AriaRole.Heading, new() { Name = "This page is not for your role." })).ToBeVisibleAsync();
        Assert.Empty(anna.Complaints);
        Assert.Empty(kim.Complaints);
    }

    [Fact]
    public async Task Signing_out_closes_the_other_tabs_of_the_browser_and_brings_back_what_was_there_before()
    {
        Uri address = _server.Listen();
        await using Visitor anna = new(await chromium.NewUserAsync(address));
        IPage page = await anna.AskAsync("Before the account?");
        await page.GotoAsync(_server.Notices.AdministratorPath);
        await JoinAsync(page, "Anna Berg", "anna@example.org");
        await page.GetByLabel("Leave it in this browser").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.Locator(".account-menu .who")).ToContainTextAsync("Anna Berg");
        await Visitor.ReadyAsync(page);
        await Expect(page.Locator(".conversation")).ToHaveCountAsync(0);
        IPage other = await anna.OpenAsync("/keys");
        await page.Locator(".account-menu .who").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on without an account" }).ClickAsync();
        await Expect(page.Locator(".conversation .title")).ToHaveTextAsync("Before the account?");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(other).ToHaveURLAsync(new Regex("/sign-in"));
    }

    [Fact]
    public async Task Conversations_of_the_browser_are_taken_over_where_the_person_says_so()
    {
        Uri address = _server.Listen();
        await using Visitor anna = new(await chromium.NewUserAsync(address));
        IPage page = await anna.AskAsync("Before the account?");
        await page.GotoAsync(_server.Notices.AdministratorPath);
        await JoinAsync(page, "Anna Berg", "anna@example.org");
        await page.GetByLabel("Take that over").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.Locator(".conversation .title")).ToHaveTextAsync("Before the account?");
        await Visitor.ReadyAsync(page);
        await page.Locator(".account-menu .who").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on without an account" }).ClickAsync();
        await Expect(page.GetByText("Your conversations will be listed here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Where_the_chat_needs_an_account_signing_in_leads_back_to_where_one_wanted_to_go()
    {
        Uri address = _server.With("Sida:Access:ChatNeedsAccount", "true").Listen();
        await using Visitor anna = new(await chromium.NewUserAsync(address));
        IPage page = await anna.OpenAsync(_server.Notices.AdministratorPath);
        await JoinAsync(page, "Anna Berg", "anna@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await Expect(page.Locator(".account-menu .who")).ToContainTextAsync("Anna Berg");
        await using Visitor again = new(await chromium.NewUserAsync(address));
        page = await again.OpenAsync("/models?from=mail");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in\\?return=%2Fmodels%3Ffrom%3Dmail"));
        await page.GetByLabel("E-mail address").FillAsync("Anna@Example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("wrong horse wrong staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The e-mail address or the password is wrong.");
        await Expect(page.GetByLabel("E-mail address")).ToHaveValueAsync("Anna@Example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/models\\?from=mail$"));
    }

    private static async Task JoinAsync(IPage page, string name, string email)
    {
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
    }
}
