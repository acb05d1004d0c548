using System.Text.Json;
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
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SIDA_SCREENSHOTS");

    private readonly SidaServer _server = new();

    public static TheoryData<int, int, ColorScheme> Screens => new()
    {
        { 1280, 800, ColorScheme.Light },
        { 1280, 800, ColorScheme.Dark },
        { 1920, 1080, ColorScheme.Light },
        { 1920, 1080, ColorScheme.Dark },
        { 390, 844, ColorScheme.Light },
        { 390, 844, ColorScheme.Dark },
    };

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Pages_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        _server.Models.Script = (request, stop) => ((_server.Models.Requests.Count == 1 ? Scenery.Synthetic : Scenery.Tampered) with { Prompt = request.Prompt }).PlayAsync(stop);
        await using Visitor user = new(await chromium.NewUserAsync(_server.Listen(), options =>
        {
            options.ViewportSize = new ViewportSize { Width = width, Height = height };
            options.ColorScheme = scheme;
            options.ReducedMotion = ReducedMotion.Reduce;
        }));
        List<string> problems = [];
        async Task LookAsync(IPage page, string name)
        {
            problems.AddRange(await CheckAsync(page, name));
            if (Folder is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
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

    private static async Task<IReadOnlyList<string>> CheckAsync(IPage page, string name)
    {
        int sideways = await page.EvaluateAsync<int>("() => Math.max(...[document.documentElement, ...document.querySelectorAll('.content, .turns, .sidebar, .demo')].map(e => e.scrollWidth - e.clientWidth))");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(TestFixtures.Repository, "node_modules", "axe-core", "axe.min.js")));
        JsonElement result = await page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] })");
        IEnumerable<string> serious = from violation in result.GetProperty("violations").EnumerateArray()
                                      where violation.GetProperty("impact").GetString() is "serious" or "critical"
                                      from node in violation.GetProperty("nodes").EnumerateArray()
                                      select $"{name}: {violation.GetProperty("id")}: {node.GetProperty("html")} {node.GetProperty("failureSummary")}";
        return [.. serious, .. sideways > 0 ? [$"{name} is {sideways} pixels too wide."] : Array.Empty<string>()];
    }
}
