using System.IO.Compression;
using Microsoft.Playwright;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using Sida.Web.Tests.Web.Review;
using Sida.Web.Tests.Web.Review.Formats;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>Out and in again by the page of a project, and the forensic helpers beside the editor.</summary>
public sealed class ExchangePageTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public static TheoryData<int, int, ColorScheme> Screens => Looks.Screens;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_manager_looks_first_exports_fetches_and_imports()
    {
        ReviewDesk desk = await DeskAsync();
        await using Visitor mia = await desk.ComesAsync("Mia B", ProjectRole.Manager);
        IPage page = await mia.OpenAsync($"{ReviewAddress.Project(desk.Team.Project)}/exchange");
        await page.Locator(".exchange select").First.SelectOptionAsync("SidSet");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look first" }).ClickAsync();
        await Expect(page.GetByText("1 picture would be exported")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
        ILocator fetch = page.GetByRole(AriaRole.Link, new() { Name = "Download" });
        await Expect(fetch).ToBeVisibleAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(() => fetch.ClickAsync());
        using (ZipArchive zip = ZipFile.OpenRead(await download.PathAsync()))
        {
            Assert.Contains(zip.Entries, entry => entry.FullName.EndsWith("_mask.png", StringComparison.Ordinal));
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Choose a zip first.")).ToBeVisibleAsync();
        await page.GetByLabel("Zip").SetInputFilesAsync(new FilePayload { Name = "two.zip", MimeType = "application/zip", Buffer = ExchangeDesk.Zip(("a.png", SidaUser.Picture(8)), ("b.png", SidaUser.Picture(9))) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByText("2 added, 0 were items already")).ToBeVisibleAsync();
        Assert.Empty(mia.Complaints);
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task The_page_and_the_helpers_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        ReviewDesk desk = await DeskAsync();
        Guid item = await desk.AddAsync(null, "2-");
        await using Visitor mia = await desk.ComesAsync("Mia B", ProjectRole.Manager, Looks.Screen(width, height, scheme));
        List<string> problems = [];
        IPage page = await mia.OpenAsync($"{ReviewAddress.Project(desk.Team.Project)}/exchange");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look first" }).ClickAsync();
        await Expect(page.Locator(".plan")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Download" })).ToBeVisibleAsync();
        problems.AddRange(await LookAsync(page, "review-exchange", width, scheme));
        await page.CloseAsync();

        page = await desk.OpenAsync(mia, item);
        await page.GetByText("Forensic helpers").ClickAsync();
        await Expect(page.GetByText("Content credentials (C2PA)")).ToBeVisibleAsync();
        await page.Locator(".lens select").SelectOptionAsync("ErrorLevel");
        await Expect(page.Locator(".lens img")).ToHaveJSPropertyAsync("complete", true);
        await page.Locator(".lens img").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".lens output")).Not.ToBeEmptyAsync();
        problems.AddRange(await LookAsync(page, "review-forensics", width, scheme));
        Assert.Empty(problems);
        Assert.Empty(mia.Complaints);
    }

    /// <summary>A project with one accepted item.</summary>
    private async Task<ReviewDesk> DeskAsync()
    {
        _server.Listen();
        ReviewTeam team = await ReviewTeam.MeetAsync(_server, new ProjectSettings { Stages = 1 });
        await team.SubmitAsync(team.Anna, await team.AddAsync(), ReviewTeam.Tampered());
        return new ReviewDesk(chromium, _server, team);
    }

    private static async Task<IReadOnlyList<string>> LookAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        if (Looks.Folder is { } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
        }

        return await Looks.CheckAsync(page, name);
    }
}
