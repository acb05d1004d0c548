using Microsoft.Playwright;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>
/// Every page at three widths, light and dark: nothing sticks out sideways, and axe-core finds nothing serious. With
/// SIDA_SCREENSHOTS=FOLDER the pages are saved there, which is how the pictures in docs/images are made.
/// </summary>
public sealed class LooksTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public static TheoryData<int, int, ColorScheme> Screens => Looks.Screens;

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Pages_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        _server.Models.Script = (request, stop) => ((_server.Models.Requests.Count == 1 ? Scenery.Synthetic : Scenery.Tampered) with { Prompt = request.Prompt }).PlayAsync(stop);
        await using Visitor user = new(await chromium.NewUserAsync(_server.Listen(), Looks.Screen(width, height, scheme)));
        List<string> problems = [];
        async Task LookAsync(IPage page, string name)
        {
            problems.AddRange(await Looks.CheckAsync(page, name));
            if (Looks.Folder is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Looks.Folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
            }
        }

        IPage page = await user.OpenAsync("/");
        await Expect(page.Locator(".sample img").First).ToHaveJSPropertyAsync("naturalWidth", 960);
        await LookAsync(page, "first");
        await page.CloseAsync();

        page = await user.AskAsync("Is this still life real?", Scenery.Picture("1-"), "still-life.jpg");
        await Expect(page.Locator(".verdict.unsure")).ToBeVisibleAsync();
        await page.CloseAsync();
        page = await user.AskAsync("Why do you think that this was tampered with?", Scenery.Picture("2-"), "still-life-2.jpg");
        await Expect(page.Locator(".explanation")).ToBeVisibleAsync();
        await Expect(page.Locator("canvas.film").First).ToHaveJSPropertyAsync("width", 960);
        await LookAsync(page, "chat");
        if (width > 900)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Spotlight" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
            string link = await page.Locator("#share a.mono").InnerTextAsync();
            await LookAsync(page, "share");
            IPage shared = await user.OpenAsync(link);
            await LookAsync(shared, "shared");
            await shared.CloseAsync();
        }
        else
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Conversations", Exact = true }).ClickAsync();
            await Expect(page.Locator(".conversation")).ToHaveCountAsync(2);
            await LookAsync(page, "drawer");
        }

        await page.CloseAsync();
        foreach (string name in new[] { "models", "keys", "demo" })
        {
            page = await user.OpenAsync($"/{name}");
            await LookAsync(page, name);
            if (name == "demo")
            {
                await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
                await Expect(page.Locator(".reasons li").Last).ToBeVisibleAsync();
                await page.EvaluateAsync("() => Promise.all(document.getAnimations().map(animation => animation.finished))");
                await LookAsync(page, "slide");
            }

            await page.CloseAsync();
        }

        Assert.Empty(problems);
        Assert.Empty(user.Complaints);
    }
}
