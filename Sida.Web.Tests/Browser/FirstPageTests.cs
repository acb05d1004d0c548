using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Sharing;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The wiring from a real browser to a model and back.</summary>
public sealed class FirstPageTests : IDisposable
{
    private readonly SidaServer _server = new();
    private readonly SemaphoreSlim _words = new(0);
    private readonly List<string> _complaints = [];
    private readonly Chromium _chromium;

    public FirstPageTests(Chromium chromium)
    {
        _chromium = chromium;
        _server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, BeforeWord = (_, token) => _words.WaitAsync(token) }.PlayAsync(stop);
    }

    public void Dispose()
    {
        _words.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task An_answer_streams_into_the_page_survives_a_refresh_and_ends_with_its_mask()
    {
        await using IBrowserContext user = await _chromium.NewUserAsync(_server.Listen());
        IPage page = await AskAsync(user);
        await Expect(page.Locator(".verdict")).ToHaveTextAsync("Tampered");
        await Expect(page.Locator(".answer")).ToHaveTextAsync("");
        _words.Release(2);
        await Expect(page.Locator(".answer")).ToHaveTextAsync("The left");
        await page.ReloadAsync();
        await Expect(page.Locator(".answer")).ToHaveTextAsync("The left");
        _words.Release(10);
        await Expect(page.Locator(".answer")).ToHaveTextAsync("The left sleeve was altered.");
        await Expect(page.Locator("article img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        Assert.Empty(_complaints);
        Assert.Empty(_server.Log.Warnings);
    }

    [Fact]
    public async Task Stop_works_after_coming_back()
    {
        await using IBrowserContext user = await _chromium.NewUserAsync(_server.Listen());
        IPage page = await AskAsync(user);
        _words.Release(2);
        await Expect(page.Locator(".answer")).ToHaveTextAsync("The left");
        string url = page.Url;
        await page.CloseAsync();
        page = await OpenAsync(user, url);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator(".state")).ToHaveTextAsync("Stopped");
        await Expect(page.Locator(".answer")).ToHaveTextAsync("The left");
    }

    [Fact]
    public async Task A_second_user_sees_nothing_and_a_link_shows_it_until_it_is_revoked()
    {
        _words.Release(10);
        Uri address = _server.Listen();
        await using IBrowserContext anna = await _chromium.NewUserAsync(address);
        IPage page = await AskAsync(anna);
        await Expect(page.Locator(".state")).ToHaveTextAsync("Finished");

        await using IBrowserContext ben = await _chromium.NewUserAsync(address);
        IPage denied = await OpenAsync(ben, page.Url);
        await Expect(denied.GetByRole(AriaRole.Alert)).ToHaveTextAsync("There is no such conversation.");
        await Expect(denied.GetByText("Is the heron real?")).ToHaveCountAsync(0);

        ShareService shares = _server.Services.GetRequiredService<ShareService>();
        (Caller owner, Guid conversation) = await OwnerAsync();
        ShareView share = await shares.CreateAsync(owner, conversation, null, TestContext.Current.CancellationToken);
        IPage shared = await OpenAsync(ben, share.Url);
        await Expect(shared.Locator(".answer")).ToHaveTextAsync("The left sleeve was altered.");
        await Expect(shared.Locator("img").First).ToHaveJSPropertyAsync("naturalWidth", 64);
        await shares.RevokeAsync(owner, share.Id, TestContext.Current.CancellationToken);
        await shared.ReloadAsync();
        await Expect(shared.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link does not work");
    }

    /// <summary>Uploads a picture and asks; the page moves to the new conversation.</summary>
    private async Task<IPage> AskAsync(IBrowserContext user)
    {
        IPage page = await OpenAsync(user, "/");
        await page.GetByLabel("Picture").SetInputFilesAsync(new FilePayload { Name = "heron.png", MimeType = "image/png", Buffer = SidaUser.Picture() });
        await Expect(page.GetByAltText("heron.png")).ToBeVisibleAsync();
        await page.GetByLabel("Question").FillAsync("Is the heron real?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/c/"));
        return page;
    }

    private async Task<IPage> OpenAsync(IBrowserContext user, string url)
    {
        IPage page = await user.NewPageAsync();
        page.Console += (_, message) => _complaints.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => _complaints.Add(error);
        // The page is drawn before its circuit is connected; what is typed before that would be lost.
        Task connected = page.WaitForWebSocketAsync();
        await page.GotoAsync(url);
        await connected;
        await page.WaitForFunctionAsync("() => window.Blazor !== undefined");
        await page.WaitForTimeoutAsync(300);
        return page;
    }

    private async Task<(Caller Owner, Guid Conversation)> OwnerAsync()
    {
        await using SidaDb db = _server.Services.GetRequiredService<AccessService>().OpenForServer();
        Sida.Web.Data.Entities.Conversation row = db.Conversations.Single();
        return (new Caller(row.OwnerId, Permissions.All), row.Id);
    }
}
