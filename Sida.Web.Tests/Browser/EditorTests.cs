using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The mask editor in a real browser; what is saved is looked at pixel by pixel. The picture is 400 x 300.</summary>
public sealed class EditorTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Strokes_are_painted_erased_undone_and_saved_to_the_pixel()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.Keyboard.PressAsync("3");
        await ReviewDesk.DrawAsync(page, (100, 150), (300, 150));
        await ReviewDesk.SavedAsync(page, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 200, 150) && ReviewDesk.At(mask, 200, 141) && ReviewDesk.At(mask, 95, 150));
        Assert.False(ReviewDesk.At(mask, 200, 165) || ReviewDesk.At(mask, 80, 150) || ReviewDesk.At(mask, 320, 150));

        await page.Keyboard.PressAsync("e");
        await ReviewDesk.DrawAsync(page, (200, 100), (200, 200));
        await ReviewDesk.SavedAsync(page, 2);
        mask = await desk.MaskAsync(anna, item);
        Assert.False(ReviewDesk.At(mask, 200, 150));
        Assert.True(ReviewDesk.At(mask, 150, 150) && ReviewDesk.At(mask, 250, 150));

        await page.Keyboard.PressAsync("Control+z");
        await ReviewDesk.SavedAsync(page, 1);
        Assert.True(ReviewDesk.At(await desk.MaskAsync(anna, item), 200, 150));
        await page.Keyboard.PressAsync("Control+y");
        await ReviewDesk.SavedAsync(page, 2);
        Assert.False(ReviewDesk.At(await desk.MaskAsync(anna, item), 200, 150));
        Assert.Equal(Verdict.Tampered, (await desk.Team.SeeAsync(anna.Caller, item)).Current!.Annotation.Verdict);
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task Rectangle_polygon_lasso_and_bucket_add_and_take_away()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.Keyboard.PressAsync("r");
        await ReviewDesk.DrawAsync(page, (50, 50), (350, 250));
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("p");
        foreach ((double x, double y) in new[] { (100.0, 100.0), (200, 100), (200, 200), (100, 200) })
        {
            await ReviewDesk.ClickAsync(page, x, y);
        }

        await page.Keyboard.PressAsync("Enter");
        await ReviewDesk.StepsAsync(page, 2);
        await page.Keyboard.PressAsync("l");
        await ReviewDesk.DrawAsync(page, (250, 100), (300, 100), (300, 200), (250, 200));
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("f");
        await ReviewDesk.ClickAsync(page, 275, 150);
        await ReviewDesk.SavedAsync(page, 4);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 60, 60) && ReviewDesk.At(mask, 340, 240) && ReviewDesk.At(mask, 275, 150));
        Assert.False(ReviewDesk.At(mask, 150, 150) || ReviewDesk.At(mask, 40, 150) || ReviewDesk.At(mask, 360, 150));
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task The_whole_mask_is_grown_shrunk_inverted_and_cleared_by_keys()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(100, 100, 200, 200) });
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.Keyboard.PressAsync(".");
        await ReviewDesk.SavedAsync(page, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 98, 150) && ReviewDesk.At(mask, 201, 150));
        Assert.False(ReviewDesk.At(mask, 96, 150));
        await page.Keyboard.PressAsync(",");
        await ReviewDesk.SavedAsync(page, 2);
        mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 100, 150));
        Assert.False(ReviewDesk.At(mask, 99, 150));
        await page.Keyboard.PressAsync("i");
        await ReviewDesk.SavedAsync(page, 3);
        mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 0, 0));
        Assert.False(ReviewDesk.At(mask, 150, 150));
        await page.Keyboard.PressAsync("Delete");
        await ReviewDesk.SavedAsync(page, 4);
        Assert.Null((await desk.Team.SeeAsync(anna.Caller, item)).Current!.Annotation.Mask);
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_a_stroke_loses_nothing_and_keeps_undo()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        // Nothing reaches the server: what comes back must have been kept here.
        await page.RouteAsync(new Regex("/draft$"), route => route.AbortAsync());
        await ReviewDesk.DrawAsync(page, (50, 50), (150, 50));
        await ReviewDesk.StepsAsync(page, 1);
        await ReviewDesk.PressAsync(page, (100, 200), (300, 200));
        await page.WaitForFunctionAsync("() => Number(document.querySelector('.editor').dataset.written) >= 3");
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await ReviewDesk.ReadyAsync(page, item);
        await page.UnrouteAllAsync();
        await ReviewDesk.SavedAsync(page, 2);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 100, 50) && ReviewDesk.At(mask, 110, 200));
        await page.Locator("[data-stage]").FocusAsync();
        await page.Keyboard.PressAsync("Control+z");
        await ReviewDesk.SavedAsync(page, 1);
        mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 100, 50));
        Assert.False(ReviewDesk.At(mask, 110, 200));
    }

    [Fact]
    public async Task Text_that_was_typed_without_a_connection_is_there_after_a_reload()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(10, 10, 90, 90), Explanation = "Type: {part tampered} Areas: <tampered position> left" });
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.RouteAsync(new Regex("/draft$"), route => route.AbortAsync());
        ILocator where = page.GetByLabel("Where", new() { Exact = true });
        await where.FillAsync("the left edge, behind the reed");
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-saved", "offline");
        await page.ReloadAsync();
        await ReviewDesk.ReadyAsync(page, item);
        await Expect(where).ToHaveValueAsync("the left edge, behind the reed");
        await page.UnrouteAllAsync();
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-saved", "saved");
        Assert.Equal("Type: {part tampered} Areas: <tampered position> the left edge, behind the reed", (await desk.Team.SeeAsync(anna.Caller, item)).Current!.Annotation.Explanation);
    }

    [Fact]
    public async Task An_item_goes_from_hand_to_hand_handed_in_sent_back_restored_and_accepted()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(100, 100, 200, 200), Explanation = "Type: {part tampered}" });
        await using Visitor anna = await desk.ComesAsync("Anna");
        await using Visitor rita = await desk.ComesAsync("Rita B", ProjectRole.Reviewer);
        IPage page = await desk.OpenAsync(anna, item);
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand in and next" }).ClickAsync();
        await Expect(page.GetByText("Nothing is left for you to do here.")).ToBeVisibleAsync();
        Assert.Equal(ItemState.Submitted, await desk.Team.StateAsync(rita.Caller, item));

        IPage review = await desk.OpenAsync(rita, item);
        await review.GetByRole(AriaRole.Button, new() { Name = "Send back" }).ClickAsync();
        await review.GetByLabel("What is to be done better?").FillAsync("The shadow belongs to it.");
        await review.GetByRole(AriaRole.Button, new() { Name = "Send back and next" }).ClickAsync();
        await Expect(review).ToHaveURLAsync(new Regex($"/review/{desk.Team.Project}$"));

        await page.CloseAsync();
        page = await desk.OpenAsync(anna, item);
        await Expect(page.Locator(".returned")).ToHaveTextAsync("The shadow belongs to it.");
        await page.Keyboard.PressAsync("r");
        await ReviewDesk.DrawAsync(page, (200, 180), (260, 200));
        await ReviewDesk.SavedAsync(page, 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore version 1" }).ClickAsync();
        await Expect(page.GetByText("Version 1 is the latest again.")).ToBeVisibleAsync();
        Assert.False(ReviewDesk.At(await desk.MaskAsync(anna, item), 240, 190));
        await ReviewDesk.ReadyAsync(page, item);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore version 2" }).ClickAsync();
        await Expect(page.GetByText("Version 2 is the latest again.")).ToBeVisibleAsync();
        await ReviewDesk.ReadyAsync(page, item);
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand in and next" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/review/{desk.Team.Project}$"));

        review = await desk.OpenAsync(rita, item);
        await review.GetByRole(AriaRole.Button, new() { Name = "Accept and next" }).ClickAsync();
        await Expect(review).ToHaveURLAsync(new Regex($"/review/{desk.Team.Project}$"));
        Assert.Equal(ItemState.Accepted, await desk.Team.StateAsync(rita.Caller, item));
        Assert.True(ReviewDesk.At(await desk.MaskAsync(rita, item), 240, 190));
        Assert.Empty(anna.Complaints);
        Assert.Empty(rita.Complaints);
    }

    [Fact]
    public async Task An_item_with_a_known_answer_looks_like_any_other_and_is_scored_for_the_manager()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server, new ProjectSettings { HoneypotShare = 0.5 });
        Annotation model = new() { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(0, 0, 200, 300) };
        Guid plain = await desk.AddAsync(model);
        Guid known = await desk.AddAsync(model, truth: model with { Mask = ReviewDesk.Rectangle(0, 0, 400, 300) });
        await using Visitor anna = await desk.ComesAsync("Anna B");
        List<string> shown = [];
        foreach (Guid item in new[] { plain, known })
        {
            IPage page = await desk.OpenAsync(anna, item);
            string html = await page.ContentAsync();
            string json = await page.EvaluateAsync<string>("id => fetch(`/api/review/items/${id}`).then(answer => answer.text())", item);
            Assert.DoesNotContain("honeypot\":true", json, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("known answer", html, StringComparison.OrdinalIgnoreCase);
            shown.Add(string.Join(' ', JsonDocument.Parse(json).RootElement.EnumerateObject().Select(field => field.Name)));
            await page.GetByRole(AriaRole.Button, new() { Name = "Hand in and next" }).ClickAsync();
            await Expect(page.Locator($".editor[data-open='{item}']")).ToHaveCountAsync(0);
            await page.CloseAsync();
        }

        Assert.Equal(shown[0], shown[1]);
        await using Visitor mia = await desk.ComesAsync("Mia B", ProjectRole.Manager);
        IPage numbers = await mia.OpenAsync(ReviewAddress.Page(desk.Team.Project, "dashboard"));
        ILocator score = numbers.GetByRole(AriaRole.Region, new() { Name = "Items with a known answer" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "Anna B" });
        await Expect(score).ToContainTextAsync("100 %");
        await Expect(score).ToContainTextAsync("50");
        Assert.Empty(anna.Complaints);
        Assert.Empty(mia.Complaints);
    }

    [Fact]
    public async Task Two_windows_of_the_same_item_are_told_of_each_other_and_nothing_is_lost()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage first = await desk.OpenAsync(anna, item);
        // The same person at another machine: one item has one person at a time, but a person may have two windows.
        await using Visitor elsewhere = await anna.AlsoAsync(chromium, _server);
        IPage second = await desk.OpenAsync(elsewhere, item);
        await ReviewDesk.DrawAsync(first, (50, 50), (150, 50));
        await ReviewDesk.SavedAsync(first, 1);
        await ReviewDesk.DrawAsync(second, (50, 250), (150, 250));
        await Expect(second.Locator(".editor")).ToHaveAttributeAsync("data-saved", "conflict");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save mine as the next version" }).ClickAsync();
        await ReviewDesk.SavedAsync(second, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 100, 250));
        Assert.False(ReviewDesk.At(mask, 100, 50));
        Assert.Equal(2, (await desk.Team.SeeAsync(anna.Caller, item)).Latest);
    }

    [Fact]
    public async Task What_somebody_works_on_can_only_be_looked_at_by_others()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        await using Visitor rita = await desk.ComesAsync("Rita B", ProjectRole.Reviewer);
        IPage page = await desk.OpenAsync(anna, item);
        IPage other = await desk.OpenAsync(rita, item);
        await Expect(other.GetByText("Anna works on this item.")).ToBeVisibleAsync();
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Brush", Exact = true })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Give back" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/review/{desk.Team.Project}$"));
    }

    [Fact]
    public async Task Everything_can_be_done_from_the_keyboard()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid right = await desk.AddAsync(new Annotation { Verdict = Verdict.Real, Explanation = "Type: real" });
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await anna.OpenAsync(ReviewAddress.Project(desk.Team.Project));
        await Expect(page.Locator(".queue-item")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("a");
        await ReviewDesk.ReadyAsync(page, item);
        await page.Keyboard.PressAsync("3");
        await page.Locator("[data-stage]").FocusAsync();
        // The cross begins in the middle; the tool goes down, moves, goes up.
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("Space");
        await ReviewDesk.SavedAsync(page, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 200, 150));
        Assert.False(ReviewDesk.At(mask, 150, 150));
        await page.Keyboard.PressAsync("a");
        await ReviewDesk.ReadyAsync(page, right);
        await page.Keyboard.PressAsync("a");
        await Expect(page).ToHaveURLAsync(new Regex($"/review/{desk.Team.Project}$"));
        Assert.Equal(ItemState.Submitted, await desk.Team.StateAsync(anna.Caller, item));
        Assert.Equal(ItemState.Submitted, await desk.Team.StateAsync(anna.Caller, right));
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task A_click_selects_and_the_mask_is_refined()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(10, 10, 60, 60) });
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.Keyboard.PressAsync("w");
        await ReviewDesk.ClickAsync(page, 200, 150);
        await Expect(page.Locator(".offer")).ToHaveCountAsync(3);
        // The second offer is the larger one.
        await page.Locator(".offer").Nth(1).ClickAsync();
        await page.Keyboard.PressAsync("Enter");
        await ReviewDesk.SavedAsync(page, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 200, 150) && ReviewDesk.At(mask, 200 + ScriptedSegments.Radius + 2, 150) && ReviewDesk.At(mask, 30, 30));
        Assert.True(Assert.Single(_server.Models.SegmentPrompts).Points.Single().Include);

        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-offers", "3");
        await ReviewDesk.ClickAsync(page, 30, 30, MouseButton.Right);
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-offers", "3");
        await page.Keyboard.PressAsync("Enter");
        await ReviewDesk.SavedAsync(page, 2);
        mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 200, 150) && ReviewDesk.At(mask, 15, 15));
        Assert.False(ReviewDesk.At(mask, 30, 30));
        Assert.True(_server.Models.SegmentPrompts[^1].Mask is not null && !_server.Models.SegmentPrompts[^1].Points.Single().Include);
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task A_sentence_is_tied_to_its_region_and_a_comment_to_its_place()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation
        {
            Verdict = Verdict.Tampered,
            Mask = ReviewDesk.Rectangle(10, 10, 60, 60),
            Explanation = "Type: {part tampered} Visual Inconsistencies: <edges> a rim",
        });
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.Keyboard.PressAsync("r");
        await ReviewDesk.DrawAsync(page, (200, 100), (300, 200));
        await ReviewDesk.StepsAsync(page, 1);
        ILocator sentence = page.Locator(".sentence").Filter(new() { Has = page.GetByLabel("edges", new() { Exact = true }) });
        await sentence.GetByRole(AriaRole.Button, new() { Name = "Tie to a region", Exact = true }).ClickAsync();
        await ReviewDesk.ClickAsync(page, 150, 50);
        await Expect(sentence.GetByText("Nothing is marked there.")).ToBeVisibleAsync();
        await ReviewDesk.ClickAsync(page, 250, 150);
        await Expect(sentence).ToHaveClassAsync(new Regex("tied"));
        await ReviewDesk.SavedAsync(page, 1);
        SentenceLink link = Assert.Single((await desk.Team.SeeAsync(anna.Caller, item)).Current!.Annotation.Links);
        Assert.Equal(1, link.Sentence);
        BinaryMask region = link.Region.ToMask();
        Assert.True(ReviewDesk.At(region, 250, 150));
        Assert.False(ReviewDesk.At(region, 30, 30));

        await page.Locator("[data-stage]").FocusAsync();
        await page.Keyboard.PressAsync("c");
        await ReviewDesk.ClickAsync(page, 120, 240);
        ILocator comment = page.GetByLabel("Comment", new() { Exact = true });
        await Expect(comment).ToBeFocusedAsync();
        await comment.FillAsync("Is this a reflection?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator(".pins .pin")).ToHaveTextAsync("1");
        CommentView kept = Assert.Single((await desk.Team.SeeAsync(anna.Caller, item)).Comments);
        Assert.InRange(kept.X!.Value, 119, 121);
        Assert.InRange(kept.Y!.Value, 239, 241);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await Expect(page.Locator(".pins .pin.resolved")).ToHaveCountAsync(1);
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task A_finger_paints_and_two_fingers_move_the_picture()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna", options: options => options.HasTouch = true);
        IPage page = await desk.OpenAsync(anna, item);
        ICDPSession touch = await page.Context.NewCDPSessionAsync(page);
        async Task FingersAsync(string type, params (double X, double Y)[] places)
        {
            List<Dictionary<string, object>> points = [];
            foreach ((double x, double y) in places)
            {
                (float left, float top) = await ReviewDesk.PlaceAsync(page, x, y);
                points.Add(new() { ["x"] = left, ["y"] = top, ["id"] = points.Count });
            }

            await touch.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = points });
        }

        await FingersAsync("touchStart", (100, 100));
        await FingersAsync("touchMove", (200, 100));
        await FingersAsync("touchEnd");
        await ReviewDesk.StepsAsync(page, 1);
        // A second finger takes back what the first began.
        await FingersAsync("touchStart", (100, 200));
        await FingersAsync("touchMove", (120, 200));
        await FingersAsync("touchStart", (120, 200), (220, 200));
        await FingersAsync("touchMove", (80, 200), (260, 200));
        await FingersAsync("touchEnd");
        await Expect(page.Locator("[data-zoom]")).Not.ToHaveTextAsync("100 %");
        await ReviewDesk.SavedAsync(page, 1);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        Assert.True(ReviewDesk.At(mask, 150, 100));
        Assert.False(ReviewDesk.At(mask, 110, 200));
        Assert.Empty(anna.Complaints);
    }
}
