using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>The chat in a real browser, from a picture to its mask. The model's words are the test's, one by one.</summary>
public sealed class ChatTests : IDisposable
{
    private readonly SidaServer _server = new();
    private readonly SemaphoreSlim _words = new(0);
    private readonly Chromium _chromium;
    private ScriptedAnswer _answer = new();

    public ChatTests(Chromium chromium)
    {
        _chromium = chromium;
        _server.Models.Script = (request, stop) => (_answer with { Prompt = request.Prompt, BeforeWord = (_, token) => _words.WaitAsync(token) }).PlayAsync(stop);
    }

    public void Dispose()
    {
        // The server first: it cuts answers that wait for a word, and a semaphore that is gone wakes nobody.
        _server.Dispose();
        _words.Dispose();
    }

    [Fact]
    public async Task The_verdict_comes_before_the_words_a_refresh_rejoins_them_and_the_mask_comes_last()
    {
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        await Expect(page.Locator(".verdict-word")).ToHaveTextAsync("Tampered");
        await Expect(page.Locator(".certainty")).ToHaveTextAsync("very sure");
        await Expect(page.Locator(".answer-text")).ToHaveCountAsync(0);
        _words.Release(2);
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left");
        await page.ReloadAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left");
        _words.Release(10);
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await Expect(page.Locator(".where strong")).ToHaveTextAsync("25.0 % of the picture, lower right");
        await Expect(page.Locator(".conversation.current .mark.tampered")).ToBeVisibleAsync();
        Assert.Empty(user.Complaints);
        Assert.DoesNotContain(_server.Log.Warnings, line => line.Contains("Sida", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Days_begin_at_the_readers_midnight()
    {
        _words.Release(10);
        _server.Listen();
        await using Visitor anna = await Visitor.SignedInAsync(_chromium, _server, SiteRole.Viewer, "Anna");
        await Expect((await anna.AskAsync()).Locator(".conversation.current .mark.tampered")).ToBeVisibleAsync();

        // Where it is 22 o'clock, what happened 20 hours ago was today; where it is 10 o'clock, yesterday. One of both is not so in UTC.
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using (SidaDb db = _server.Services.GetRequiredService<AccessService>().OpenForServer())
        {
            await db.Conversations.ExecuteUpdateAsync(row => row.SetProperty(conversation => conversation.UpdatedAt, now.AddHours(-20)), TestContext.Current.CancellationToken);
        }

        foreach ((int hour, string group) in ((int, string)[])[(22, "Today"), (10, "Yesterday")])
        {
            int ahead = ((hour - now.Hour + 36) % 24) - 12;
            await using Visitor there = await anna.AlsoAsync(_chromium, _server, browser => browser.TimezoneId = $"Etc/GMT{(ahead > 0 ? "-" : "+")}{Math.Abs(ahead)}");
            IPage page = await there.OpenAsync("/");
            await Expect(page.Locator(".sidebar h2")).ToHaveTextAsync(group);
            Assert.Empty(there.Complaints);
        }
    }

    [Fact]
    public async Task Stop_works_after_coming_back()
    {
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        _words.Release(2);
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left");
        string url = page.Url;
        await page.CloseAsync();
        page = await user.OpenAsync(url);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator(".state")).ToHaveTextAsync("Stopped.");
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left");
    }

    [Fact]
    public async Task An_answer_that_a_restart_cut_says_so_and_is_asked_again_by_one_click()
    {
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        _words.Release(2);
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left");
        string path = new Uri(page.Url).AbsolutePath;
        await page.CloseAsync();
        // The first server hangs in the middle of the answer; for the second one on the same data it has crashed.
        using SidaServer next = _server.Successor();
        next.Models.Script = _server.Models.Script;
        page = await user.OpenAsync(new Uri(next.Listen(), path).ToString());
        await Expect(page.Locator(".notice")).ToContainTextAsync("The server was restarted");
        await Expect(page.Locator(".verdict-word")).ToHaveTextAsync("Tampered");
        _words.Release(10);
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Pictures_can_be_dropped_and_pasted_and_a_broken_one_is_explained()
    {
        await using Visitor user = await VisitAsync();
        IPage page = await user.OpenAsync("/");
        await Expect(page.Locator("form[data-takes-pictures]")).ToBeAttachedAsync();
        const string transfer = "async ([data, name, kind]) => { const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0)); const transfer = new DataTransfer();"
            + "transfer.items.add(new File([bytes], name, { type: 'image/png' }));"
            + "if (kind === 'drop') { document.querySelector('.dropzone').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })); }"
            + "else { document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })); } }";
        await page.EvaluateAsync(transfer, new[] { Convert.ToBase64String(SidaUser.Picture(1)), "dropped.png", "drop" });
        await Expect(page.GetByAltText("dropped.png")).ToBeVisibleAsync();
        await page.EvaluateAsync(transfer, new[] { Convert.ToBase64String(SidaUser.Picture(2)), "pasted.png", "paste" });
        await Expect(page.GetByAltText("pasted.png")).ToBeVisibleAsync();
        await page.EvaluateAsync(transfer, new[] { Convert.ToBase64String("not a picture"u8.ToArray()), "broken.png", "drop" });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("picture");
        Assert.Single(user.Complaints);
    }

    [Fact]
    public async Task The_mask_is_painted_where_it_belongs_and_follows_the_opacity()
    {
        _words.Release(10);
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync(picture: Plain(400, 300));
        await Expect(page.Locator(".where")).ToBeVisibleAsync();
        await Expect(page.Locator("canvas.film").First).ToHaveJSPropertyAsync("width", 64);
        await SetOpacityAsync(page, 100);
        (int red, int green, int blue) inside = await PixelAsync(page, 0.75, 0.75);
        (int red, int green, int blue) outside = await PixelAsync(page, 0.25, 0.25);
        Assert.True(Near(inside, (255, 84, 28)), $"{inside}");
        Assert.True(Near(outside, (128, 128, 128)), $"{outside}");
        await SetOpacityAsync(page, 0);
        inside = await PixelAsync(page, 0.75, 0.75);
        Assert.True(Near(inside, (128, 128, 128)), $"{inside}");
        await SetOpacityAsync(page, 100);
        await page.Keyboard.PressAsync("m");
        await Expect(page.Locator("[data-hide]")).ToHaveAttributeAsync("aria-pressed", "true");
        inside = await PixelAsync(page, 0.75, 0.75);
        Assert.True(Near(inside, (128, 128, 128)), $"{inside}");
    }

    [Fact]
    public async Task Everything_can_be_done_from_the_keyboard()
    {
        _words.Release(100);
        await using Visitor user = await VisitAsync();
        IPage page = await user.OpenAsync("/");
        await Visitor.UploadAsync(page);
        await page.Keyboard.PressAsync("1");
        await Expect(page).ToHaveURLAsync(new Regex("/c/"));
        await Expect(page.Locator(".question")).ToHaveTextAsync("Real or fake, and where?");
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        Assert.Equal(PromptPresets.Detect, Assert.Single(_server.Models.Requests).Prompt);
        await page.Locator(".turns").FocusAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("And the shadow?");
        await page.Keyboard.PressAsync("Shift+Enter");
        await page.Keyboard.TypeAsync("Look again.");
        await page.Keyboard.PressAsync("Enter");
        // The question is there at once, the model gets it in its turn.
        await Expect(page.Locator(".question")).ToHaveCountAsync(2);
        await Expect(page.Locator(".answer-text")).ToHaveCountAsync(2);
        Assert.Equal("And the shadow?\nLook again.", _server.Models.Requests[^1].Prompt.ReplaceLineEndings("\n"));
        await page.Locator(".turns").FocusAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#shortcuts")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Is this picture real?" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_question_can_be_edited_and_both_versions_stay()
    {
        _words.Release(100);
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.Locator(".edit textarea").FillAsync("Is the reed real?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask again" }).ClickAsync();
        await Expect(page.Locator(".question")).ToHaveTextAsync("Is the reed real?");
        await Expect(page.GetByText("Version of the question 2 / 2")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Version of the question: previous" }).ClickAsync();
        await Expect(page.Locator(".question")).ToHaveTextAsync("Is the heron real?");
    }

    [Fact]
    public async Task What_is_wrong_with_an_answer_is_said()
    {
        _words.Release(100);
        _answer = new ScriptedAnswer { Verdict = Verdict.Real, Logits = [0.4f, 0.2f, 0.3f], Contradiction = true, Truncated = true };
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        await Expect(page.Locator(".certainty")).ToHaveTextAsync("unsure: it could also be tampered");
        await Expect(page.GetByText("names another class")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page.GetByText("Answer 2 / 2")).ToBeVisibleAsync();
        await Expect(page.GetByText("names another class")).ToBeVisibleAsync();
        Assert.Equal(10, _server.Models.Requests[^1].MaxNewTokens);
    }

    [Fact]
    public async Task A_conversation_is_renamed_found_deleted_and_restored()
    {
        _words.Release(100);
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        ILocator item = page.Locator(".conversation");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await page.GetByLabel("Title").FillAsync("The heron of March");
        await page.Keyboard.PressAsync("Enter");
        await Expect(item.Locator(".title")).ToHaveTextAsync("The heron of March");
        await page.GetByPlaceholder("Title, text or verdict").FillAsync("real estate");
        await Expect(page.GetByText("Nothing fits.")).ToBeVisibleAsync();
        await page.GetByPlaceholder("Title, text or verdict").FillAsync("sleeve");
        await Expect(item).ToHaveCountAsync(1);
        await page.GetByPlaceholder("Title, text or verdict").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(item).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(item.Locator(".title")).ToHaveTextAsync("The heron of March");
    }

    [Fact]
    public async Task A_deletion_can_be_taken_back_from_a_page_of_the_review()
    {
        _words.Release(100);
        _server.Listen();
        await using Visitor user = await Visitor.SignedInAsync(_chromium, _server, SiteRole.Administrator, "Ada");
        IPage page = await user.AskAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".conversation .menu")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator(".conversation")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/review$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".toast")).ToHaveCountAsync(0);
        IPage back = await user.OpenAsync("/");
        await Expect(back.Locator(".conversation")).ToHaveCountAsync(1);
        Assert.Empty(user.Complaints);
    }

    [Fact]
    public async Task A_second_person_sees_nothing_until_there_is_a_link_and_nothing_after_it_was_revoked()
    {
        _words.Release(100);
        await using Visitor anna = await VisitAsync();
        IPage page = await anna.AskAsync();
        await Expect(page.Locator(".where")).ToBeVisibleAsync();
        await using Visitor ben = new(await _chromium.NewUserAsync(_server.ClientOptions.BaseAddress));
        IPage denied = await ben.OpenAsync(page.Url);
        await Expect(denied.GetByText("There is no such conversation.")).ToBeVisibleAsync();
        await Expect(denied.GetByText("Is the heron real?")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        string link = await page.Locator("#share a.mono").InnerTextAsync();
        IPage shared = await ben.OpenAsync(link);
        await Expect(shared.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await Expect(shared.Locator("figure img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.Locator("#share a.mono")).ToHaveCountAsync(0);
        await shared.ReloadAsync();
        await Expect(shared.GetByRole(AriaRole.Alert).First).ToContainTextAsync("This link does not work");
    }

    [Fact]
    public async Task Two_models_are_asked_side_by_side()
    {
        _server.Models.Install("beta");
        _words.Release(100);
        await using Visitor user = await VisitAsync();
        IPage page = await user.AskAsync();
        await Expect(page.Locator(".answer-text")).ToHaveTextAsync("The left sleeve was altered.");
        await page.GetByLabel("Ask all models").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain why" }).ClickAsync();
        await Expect(page.Locator(".answers.side-by-side .answer")).ToHaveCountAsync(2);
        await Expect(page.Locator(".answers.side-by-side .model-name").First).ToHaveTextAsync("ALPHA");
        await Expect(page.Locator(".answers.side-by-side .model-name").Last).ToHaveTextAsync("BETA");
    }

    [Fact]
    public async Task Keys_are_made_shown_once_and_revoked()
    {
        await using Visitor user = await VisitAsync();
        IPage page = await user.OpenAsync("/keys");
        await page.GetByLabel("What is it for?").FillAsync("newsroom");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        await Expect(page.Locator("code.mono").First).ToContainTextAsync("sida_");
        await page.ReloadAsync();
        await Visitor.ReadyAsync(page);
        await Expect(page.GetByText("shown only this once")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByText("There is none yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_demonstration_goes_through_the_chosen_conversations()
    {
        _words.Release(100);
        await using Visitor user = await VisitAsync();
        IPage asked = await user.AskAsync();
        await Expect(asked.Locator(".where")).ToBeVisibleAsync();
        IPage page = await user.OpenAsync("/demo");
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".slide .verdict-word")).ToHaveTextAsync("Tampered");
        await Expect(page.Locator(".slide .marked")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await Expect(page.Locator(".reasons li")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".slide")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeVisibleAsync();
    }

    private async Task<Visitor> VisitAsync() => new(await _chromium.NewUserAsync(_server.Listen()));

    private static byte[] Plain(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)128);
        return Sida.Engine.Imaging.ImageEncoder.EncodePng(new Sida.Engine.Imaging.RgbImage(width, height, pixels));
    }

    private static async Task SetOpacityAsync(IPage page, int percent) => await page.Locator("[data-opacity]").EvaluateAsync(
        "(range, value) => { range.value = value; range.dispatchEvent(new Event('input', { bubbles: true })); }", percent);

    /// <summary>The colour on the screen at a place of the picture, 0..1 from its upper left.</summary>
    private static async Task<(int Red, int Green, int Blue)> PixelAsync(IPage page, double x, double y)
    {
        ILocator sheet = page.Locator(".stage .sheet").First;
        await sheet.EvaluateAsync("sheet => Promise.all(sheet.getAnimations({ subtree: true }).map(animation => animation.finished))");
        byte[] png = await sheet.ScreenshotAsync();
        Sida.Engine.Imaging.RgbImage image = Sida.Engine.Imaging.ImageDecoder.Decode(png, new Sida.Engine.Imaging.ImageLimits()).Image;
        int at = 3 * (((int)(y * image.Height) * image.Width) + (int)(x * image.Width));
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    /// <summary>The served copy is a JPEG, so that colours differ a little.</summary>
    private static bool Near((int Red, int Green, int Blue) a, (int Red, int Green, int Blue) b) =>
        Math.Abs(a.Red - b.Red) < 8 && Math.Abs(a.Green - b.Green) < 8 && Math.Abs(a.Blue - b.Blue) < 8;
}
