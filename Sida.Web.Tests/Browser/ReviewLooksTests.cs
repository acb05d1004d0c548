using Microsoft.Playwright;
using Sida.Engine;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The review pages at three widths, light and dark: as <see cref="LooksTests"/>.</summary>
public sealed class ReviewLooksTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public static TheoryData<int, int, ColorScheme> Screens => Looks.Screens;

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Pages_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Annotation model = new()
        {
            Verdict = Verdict.Tampered,
            Mask = MaskCode.Of(Scenery.Tampered.Mask!),
            Explanation = string.Concat(Scenery.Tampered.Words.Skip(1)),
        };
        Guid item = await desk.AddAsync(model, "2-");
        await desk.AddAsync(new Annotation { Verdict = Verdict.Real, Explanation = "Type: real" }, "1-");
        await desk.AddAsync(null, "3-");
        await using Visitor anna = await desk.ComesAsync("Anna Bell", options: Looks.Screen(width, height, scheme));
        List<string> problems = [];
        async Task LookAsync(IPage page, string name)
        {
            problems.AddRange(await Looks.CheckAsync(page, name));
            if (Looks.Folder is { } folder)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
            }
        }

        IPage page = await anna.OpenAsync("/review");
        await Expect(page.Locator(".project")).ToHaveCountAsync(1);
        await LookAsync(page, "review-projects");
        await page.CloseAsync();

        page = await anna.OpenAsync(ReviewAddress.Project(desk.Team.Project));
        await Expect(page.Locator(".queue-item img").Last).ToHaveJSPropertyAsync("complete", true);
        await LookAsync(page, "review-queue");
        await page.CloseAsync();

        page = await desk.OpenAsync(anna, item);
        await LookAsync(page, "review-editor");
        await page.Keyboard.PressAsync("r");
        LocatorBoundingBoxResult stage = (await page.Locator("[data-stage]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(stage.X + (stage.Width * 0.3f), stage.Y + (stage.Height * 0.5f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(stage.X + (stage.Width * 0.45f), stage.Y + (stage.Height * 0.7f));
        await page.Mouse.UpAsync();
        await ReviewDesk.SavedAsync(page, 1);
        await Expect(page.Locator(".version img")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("d");
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-reference", "model");
        await page.Locator(".more-tools summary").ClickAsync();
        await LookAsync(page, "review-difference");
        await page.Locator(".more-tools summary").ClickAsync();
        await page.Locator("[data-stage]").FocusAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
        await LookAsync(page, "review-keys");
        await page.CloseAsync();
        Assert.Empty(problems);
        Assert.Empty(anna.Complaints);
    }
}
