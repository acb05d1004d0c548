using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>Projects, the queue, and the way from the chat into it.</summary>
public sealed class QueuePageTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task The_queue_is_filtered_by_its_address_and_items_are_given_out()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid tampered = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(10, 10, 60, 60) });
        await desk.AddAsync(new Annotation { Verdict = Verdict.Real });
        await using Visitor mia = await desk.ComesAsync("Mia B", ProjectRole.Manager);
        IPage page = await mia.OpenAsync(ReviewAddress.Project(desk.Team.Project));
        await Expect(page.Locator(".queue-item")).ToHaveCountAsync(2);
        await page.GetByLabel("Verdict", new() { Exact = true }).SelectOptionAsync("Tampered");
        await Expect(page.Locator(".queue-item")).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new Regex("verdict=Tampered"));
        await page.ReloadAsync();
        await Visitor.ReadyAsync(page);
        await Expect(page.Locator(".queue-item")).ToHaveCountAsync(1);
        await page.Locator(".pick-item input").CheckAsync();
        await page.GetByLabel("Give to").SelectOptionAsync(new SelectOptionValue { Label = "Anna" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Assign" }).ClickAsync();
        await Expect(page.GetByText("1 items were assigned.")).ToBeVisibleAsync();
        Assert.Equal(["Anna"], (await desk.Team.Items.ListAsync(desk.Team.Manager, desk.Team.Project, new ItemQuery { Verdict = Verdict.Tampered }, TestContext.Current.CancellationToken)).Items.Single().Annotators);
        await page.GetByPlaceholder("File name").FillAsync("nothing like it");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Nothing fits these filters.")).ToBeVisibleAsync();
        Assert.NotEqual(Guid.Empty, tampered);
        Assert.Empty(mia.Complaints);
    }

    [Fact]
    public async Task Times_are_those_of_the_readers_clock()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna", options: browser => browser.TimezoneId = "Asia/Tokyo");
        IPage page = await desk.OpenAsync(anna, item);
        await ReviewDesk.DrawAsync(page, (100, 100), (200, 150));
        await ReviewDesk.SavedAsync(page, 1);
        DateTimeOffset held = (await desk.Team.SeeAsync(anna.Caller, item)).HeldUntil!.Value;
        await Expect(page.GetByText("Yours until").Locator("time")).ToHaveTextAsync(held.ToOffset(TimeSpan.FromHours(9)).ToString("HH:mm", CultureInfo.InvariantCulture));
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task A_project_is_begun_and_an_answer_of_the_chat_is_sent_there()
    {
        _server.Listen();
        await using Visitor rita = await Visitor.SignedInAsync(chromium, _server, SiteRole.Reviewer, "Rita");
        IPage page = await rita.OpenAsync("/review");
        await page.GetByLabel("Name").FillAsync("Herons");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Herons" })).ToBeVisibleAsync();
        await page.CloseAsync();
        page = await rita.AskAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to review" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Herons" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open it" }).ClickAsync();
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-state", "open");
        await Expect(page.Locator("[data-marked]")).ToHaveTextAsync("25.0 %");
        await Expect(page.Locator("textarea.plain")).ToHaveValueAsync("The left sleeve was altered.");
        Assert.Empty(rita.Complaints);
    }

    [Fact]
    public async Task Who_is_no_member_sees_nothing_of_a_project()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Real });
        await using Visitor stranger = await Visitor.SignedInAsync(chromium, _server, SiteRole.Annotator, "Sam");
        IPage page = await stranger.OpenAsync(ReviewAddress.Item(desk.Team.Project, item));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This item can't be shown" })).ToBeVisibleAsync();
        await Expect(page.GetByText("There is no such item, or it is not yours to see.")).ToBeVisibleAsync();
        page = await stranger.OpenAsync(ReviewAddress.Project(desk.Team.Project));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This project can't be shown" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Herons")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Visitors_and_viewers_see_no_way_into_the_review()
    {
        _server.Listen();
        await using Visitor viewer = await Visitor.SignedInAsync(chromium, _server, SiteRole.Viewer, "Vera");
        IPage page = await viewer.AskAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await Expect(page.GetByLabel("Send to review")).ToHaveCountAsync(0);
        await Expect(page.Locator("a[href='/review']")).ToHaveCountAsync(0);
    }
}
