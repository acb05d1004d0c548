using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Jobs;
using Sida.Web.Review.Projects;
using Sida.Web.Tests.Web;
using Sida.Web.Tests.Web.Review;
using Sida.Web.Tests.Web.Review.Formats;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The pages of those who lead a project, at three widths, light and dark: as <see cref="LooksTests"/>.</summary>
public sealed class ReviewNumbersLooksTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, int, ColorScheme> Screens => Looks.Screens;

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Pages_fit_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme)
    {
        _server.Listen();
        ReviewTeam team = await ReviewTeam.MeetAsync(_server, new ProjectSettings { Overlap = 2, HoneypotShare = 0.1 });
        Guid differs = await WorkAsync(team);
        await using Visitor lead = await Visitor.SignedInAsync(chromium, _server, SiteRole.Administrator, "Lea", Looks.Screen(width, height, scheme));
        List<string> problems = [];
        await AskAsync(team);
        foreach (string name in new[] { "", "guidelines", "members", "settings", "dashboard?model=beta", $"compare/{differs}", "exchange" })
        {
            IPage page = await lead.OpenAsync(name.Length == 0 ? ReviewAddress.Project(team.Project) : ReviewAddress.Page(team.Project, name));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Herons" })).ToBeVisibleAsync();
            if (name.Length == 0)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Ask a model" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Ask a model" })).ToBeVisibleAsync();
            }

            if (name.StartsWith("compare", StringComparison.Ordinal))
            {
                ItemView item = await team.SeeAsync(team.Manager, differs);
                IReadOnlyList<ILocator> ways = await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("Open and decide: what ") }).AllAsync();
                Assert.Equal(item.Lines.Select(line => ReviewAddress.Line(team.Project, differs, line.Id)).Order(), (await Task.WhenAll(ways.Select(way => way.GetAttributeAsync("href")))).Order());
            }

            string file = $"review-{(name.Length == 0 ? "ask" : name.Split('/', '?')[0])}";
            problems.AddRange(await Looks.CheckAsync(page, file));
            if (Looks.Folder is { } folder)
            {
                await page.Locator(".content").EvaluateAsync("content => { content.style.overflow = 'visible'; content.parentElement.style.blockSize = 'auto'; }");
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{file}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
            }

            await page.CloseAsync();
        }

        Assert.Empty(problems);
        Assert.Empty(lead.Complaints);
    }

    [Fact]
    public async Task A_manager_writes_guidelines_with_a_picture_adds_a_member_and_sees_the_numbers()
    {
        _server.Listen();
        ReviewTeam team = await ReviewTeam.MeetAsync(_server);
        await ReviewTeam.PersonAsync(_server, SiteRole.Annotator, "Nora");
        await using Visitor lead = await Visitor.SignedInAsync(chromium, _server, SiteRole.Administrator, "Lea");
        TaskCompletionSource slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await lead.Browser.RouteAsync("**/js/guideline-pictures.js", async route =>
        {
            await slow.Task;
            await route.ContinueAsync();
        });
        IPage page = await lead.OpenAsync(ReviewAddress.Page(team.Project, "settings"));
        await page.GetByLabel("Guidelines, in Markdown").FillAsync("## Shadows\n\nLook at *every* shadow.");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "shadow.png", MimeType = "image/png", Buffer = SidaUser.Picture(3) });
        slow.SetResult();                                          // a picture that was chosen before the page could take one isn't lost
        await Expect(page.Locator(".preview img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await page.GetByLabel("People for each item").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        ProjectView project = await team.Projects.GetAsync(team.Manager, team.Project, Cancellation);
        Assert.Equal(2, project.Settings.Overlap);
        Assert.StartsWith("## Shadows", project.Guidelines, StringComparison.Ordinal);

        await page.GotoAsync(ReviewAddress.Page(team.Project, "members"));
        await Visitor.ReadyAsync(page);
        await page.GetByLabel("Who").SelectOptionAsync(await page.Locator("option", new() { HasText = "Nora" }).GetAttributeAsync("value") ?? "");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.Locator(".people .name", new() { HasText = "Nora" })).ToBeVisibleAsync();

        await page.GotoAsync(ReviewAddress.Page(team.Project, "guidelines"));
        await Visitor.ReadyAsync(page);
        await Expect(page.Locator("article em")).ToHaveTextAsync("every");
        Assert.Empty(lead.Complaints);
    }

    [Fact]
    public async Task A_manager_asks_another_model_about_chosen_items_and_compares_both()
    {
        _server.Listen();
        _server.Models.Install("beta");
        ReviewTeam team = await ReviewTeam.MeetAsync(_server, new ProjectSettings { Stages = 1 });
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(name: "one.png"), await team.ItemAsync(name: "two.png"));
        await team.SubmitAsync(team.Anna, ids[0]);
        await using Visitor lead = await Visitor.SignedInAsync(chromium, _server, SiteRole.Administrator, "Lea");
        IPage page = await lead.OpenAsync(ReviewAddress.Project(team.Project));
        await page.GetByLabel("Choose one.png").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask a model" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Ask a model" }).GetByLabel("Model").SelectOptionAsync("beta");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask about the chosen item" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See how far it is" }).ClickAsync();
        await Expect(page.Locator(".job", new() { HasText = "beta is asked about items" })).ToContainTextAsync("1 answered");

        await page.GotoAsync(ReviewAddress.Page(team.Project, "dashboard"));
        await Visitor.ReadyAsync(page);
        ILocator model = page.GetByRole(AriaRole.Region, new() { Name = "The model and the experts" });
        await Expect(model).ToContainTextAsync("overlap with the experts' by 0");
        await model.Locator(".model-picker").SelectOptionAsync("alpha");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("model=alpha$"));
        await Expect(model).ToContainTextAsync("overlap with the experts' by 100");
        Assert.Equal("alpha", (await team.SeeAsync(team.Manager, ids[1])).ModelName);
        Assert.Empty(lead.Complaints);
    }

    /// <summary>Another model answers all items.</summary>
    private async Task AskAsync(ReviewTeam team)
    {
        _server.Models.Install("beta");
        ExchangeJob job = await team.Get<ExchangeService>().AskAsync(team.Manager, team.Project, new AskOrder("beta", Filter: new ItemQuery()), Cancellation);
        await ExchangeDesk.UntilAsync(team.Get<ExchangeJobs>(), job, now => now.IsOver);
    }

    /// <summary>Some weeks of work, with differences, returns and a honeypot.</summary>
    private async Task<Guid> WorkAsync(ReviewTeam team)
    {
        ProjectView project = await team.Projects.GetAsync(team.Manager, team.Project, Cancellation);
        ProjectDraft draft = new("Herons", "# Look twice\n\n1. Shadows first.\n2. Then *edges*.\n\n| kind | look for |\n|---|---|\n| pasted | hard edges |", ["pasted", "blurred"], project.Settings);
        await team.Get<ProjectService>().UpdateAsync(team.Manager, team.Project, draft, project.Revision, Cancellation);
        NewItem plain = await team.ItemAsync();
        List<Guid> ids = await team.AddAsync([plain with { Truth = ReviewTeam.Tampered(30) }, .. Enumerable.Range(0, 9).Select(i => i % 3 == 0 ? plain with { Model = ReviewTeam.Real() } : plain)]);
        for (int i = 0; i < 8; i++)
        {
            _server.Clock.Advance(TimeSpan.FromDays(2));
            Annotation annas = ReviewTeam.Tampered(16 + (i * 5)) with { Reasons = [i % 2 == 0 ? "pasted" : "blurred"] };
            await team.SubmitAsync(team.Anna, ids[i], annas);
            _server.Clock.Advance(TimeSpan.FromMinutes(3));
            await team.SubmitAsync(team.Ben, ids[i], i % 4 == 3 ? ReviewTeam.Real() : annas with { Mask = ReviewTeam.Columns(20 + (i * 3)) });
            Guid line = (await team.SeeAsync(team.Anna, ids[i])).LineId!.Value;
            if (i % 3 == 1)
            {
                await team.Decisions.ReturnAsync(team.Reviewer, ids[i], 1, "The mask misses the shadow.", line, Cancellation);
            }
            else
            {
                await team.Decisions.AcceptAsync(team.Reviewer, ids[i], 1, null, line, Cancellation);
            }
        }

        return ids[3];
    }
}
