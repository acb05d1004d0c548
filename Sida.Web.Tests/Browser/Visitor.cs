using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Web.Access;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>Somebody with a browser of their own in front of Sida. Whatever the browser complains about is kept.</summary>
internal sealed class Visitor(IBrowserContext browser) : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    public IReadOnlyList<string> Complaints => _complaints;

    public IBrowserContext Browser => browser;

    /// <summary>A new person with an account who is signed in already. The server must be listening.</summary>
    public static async Task<Visitor> SignedInAsync(Chromium chromium, SidaServer server, SiteRole role, string name = "Anna", Action<BrowserNewContextOptions>? options = null)
    {
        SignedIn person = await SignedIn.AsAsync(server, role, name);
        Uri address = server.ClientOptions.BaseAddress;
        IBrowserContext browser = await chromium.NewUserAsync(address, options);
        await browser.AddCookiesAsync([new Cookie { Name = AccountCookie.Name, Value = person.Cookie, Url = address.ToString() }]);
        return new Visitor(browser) { Caller = person.Caller };
    }

    /// <summary>Who the person is to the services, where somebody signed in.</summary>
    public Caller Caller { get; private init; } = new(Guid.Empty, Permissions.None);

    /// <summary>The same person at another machine.</summary>
    public async Task<Visitor> AlsoAsync(Chromium chromium, SidaServer server, Action<BrowserNewContextOptions>? options = null)
    {
        IBrowserContext other = await chromium.NewUserAsync(server.ClientOptions.BaseAddress, options);
        await other.AddCookiesAsync([.. (await browser.CookiesAsync()).Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = server.ClientOptions.BaseAddress.ToString() })]);
        return new Visitor(other) { Caller = Caller };
    }

    /// <summary>Opens a page and waits until it answers to clicks.</summary>
    public async Task<IPage> OpenAsync(string url)
    {
        IPage page = await browser.NewPageAsync();
        page.Console += (_, message) => _complaints.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => _complaints.Add(error);
        await page.GotoAsync(url);
        await ReadyAsync(page);
        return page;
    }

    /// <summary>Waits until a page that was opened or reloaded is connected.</summary>
    public static Task ReadyAsync(IPage page) => Expect(page.Locator("[data-ready]")).ToBeAttachedAsync();

    /// <summary>Picks a picture on the first page.</summary>
    public static async Task UploadAsync(IPage page, byte[]? picture = null, string name = "heron.png")
    {
        await Expect(page.Locator("form[data-takes-pictures]")).ToBeAttachedAsync();
        await page.GetByLabel("Picture", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = name, MimeType = "image/png", Buffer = picture ?? SidaUser.Picture() });
        await Expect(page.GetByAltText(name)).ToBeVisibleAsync();
    }

    /// <summary>Asks about a picture; the page moves to the new conversation.</summary>
    public async Task<IPage> AskAsync(string question = "Is the heron real?", byte[]? picture = null, string name = "heron.png")
    {
        IPage page = await OpenAsync("/");
        await UploadAsync(page, picture, name);
        await page.GetByLabel("Or in your own words").FillAsync(question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/c/"));
        return page;
    }

    public ValueTask DisposeAsync() => browser.DisposeAsync();
}
