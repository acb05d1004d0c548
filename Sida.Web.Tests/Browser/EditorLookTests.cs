using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>Pens, and the ways to look at the picture in the editor, by the pixels that people see. The picture is grey, 400 x 300.</summary>
public sealed class EditorLookTests(Chromium chromium) : IDisposable
{
    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_pen_that_is_pressed_lightly_paints_finer_unless_the_setting_is_off()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(null);
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await PenAsync(page, 0.1, (60, 60), (340, 60));
        await ReviewDesk.StepsAsync(page, 1);
        await PenAsync(page, 1, (60, 150), (340, 150));
        await ReviewDesk.StepsAsync(page, 2);
        await page.GetByLabel("Pen pressure").UncheckAsync();
        await PenAsync(page, 0.1, (60, 240), (340, 240));
        await ReviewDesk.SavedAsync(page, 3);
        BinaryMask mask = await desk.MaskAsync(anna, item);
        int light = Thickness(mask, 60), full = Thickness(mask, 150), ignored = Thickness(mask, 240);
        // A fifth of the brush is left without any pressure, the rest grows with it.
        Assert.InRange(light / (double)full, 0.22, 0.36);
        Assert.Equal(full, ignored);
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task Holding_the_hide_key_leaves_nothing_but_the_picture()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(100, 100, 300, 200), Explanation = "Type: {part tampered} Areas: <tampered position> left" });
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await ReviewDesk.HoverAsync(page, 200, 150);
        await Expect(page.Locator("[data-cursor]")).ToBeVisibleAsync();
        Assert.False(IsGrey(await SeenAsync(page, 150, 120)));
        await page.Keyboard.DownAsync("h");
        foreach (string part in new[] { "canvas.overlay", "canvas.guide", "[data-cursor]" })
        {
            await Expect(page.Locator(part)).ToBeHiddenAsync();
        }

        Assert.True(IsGrey(await SeenAsync(page, 150, 120)));
        Assert.True(IsGrey(await SeenAsync(page, 200, 150)));
        await page.Keyboard.UpAsync("h");
        await Expect(page.Locator("canvas.overlay")).ToBeVisibleAsync();
        Assert.False(IsGrey(await SeenAsync(page, 150, 120)));

        // A letter in a text is a letter.
        ILocator where = page.GetByLabel("Where", new() { Exact = true });
        await where.FocusAsync();
        await page.Keyboard.DownAsync("h");
        await Expect(where).ToHaveValueAsync(new Regex("h"));
        await Expect(page.Locator("canvas.overlay")).ToBeVisibleAsync();
        await page.Keyboard.UpAsync("h");
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task The_magnifying_glass_shows_the_bare_picture_four_times_larger()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        // A white line of 6 pixels on grey, under a mask.
        Guid item = await desk.AddAsync(new Annotation { Verdict = Verdict.Tampered, Mask = ReviewDesk.Rectangle(100, 100, 300, 200) }, Line());
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await ReviewDesk.HoverAsync(page, 200, 150);
        await Expect(page.Locator("[data-loupe]")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("9");
        await ReviewDesk.HoverAsync(page, 200, 151);
        await Expect(page.Locator("[data-loupe]")).ToBeVisibleAsync();
        LocatorBoundingBoxResult glass = (await page.Locator("[data-loupe]").BoundingBoxAsync())!;
        Assert.InRange(glass.Width, 200, 260);
        Assert.Equal(glass.Width, glass.Height, 1);
        double scale = await ReviewDesk.ScaleAsync(page);
        RgbImage seen = await ShotAsync(page.Locator("[data-loupe]"));
        int white = Enumerable.Range(0, seen.Width).Count(x => seen.Pixels[((seen.Height / 2 * seen.Width) + x) * 3] > 200);
        // The rim is white too, on both sides.
        Assert.InRange(white, 6 * 4 * scale - 3, 6 * 4 * scale + 12);
        int beside = (seen.Height / 2 * seen.Width) + (seen.Width / 4);
        Assert.True(IsGrey(seen.Pixels.AsSpan(beside * 3, 3)));
        await page.Keyboard.PressAsync("9");
        await Expect(page.Locator("[data-loupe]")).ToBeHiddenAsync();
        Assert.Empty(anna.Complaints);
    }

    [Fact]
    public async Task One_colour_of_the_picture_can_be_looked_at()
    {
        ReviewDesk desk = await ReviewDesk.SetUpAsync(chromium, _server);
        byte[] pixels = new byte[400 * 300 * 3];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (200, 40, 90);
        }

        Guid item = await desk.AddAsync(null, ImageEncoder.EncodePng(new RgbImage(400, 300, pixels)));
        await using Visitor anna = await desk.ComesAsync("Anna");
        IPage page = await desk.OpenAsync(anna, item);
        await page.GetByText("Look closer").ClickAsync();
        foreach ((string name, int value) in new[] { ("Red", 200), ("Green", 40), ("Blue", 90) })
        {
            await page.Locator("select[data-channel]").SelectOptionAsync(new SelectOptionValue { Label = name });
            await Expect(page.Locator("[data-stage]")).ToHaveAttributeAsync("data-channel", name, new() { IgnoreCase = true });
            byte[] seen = await SeenAsync(page, 30, 30);
            Assert.All(seen, channel => Assert.InRange(channel, value - 2, value + 2));
        }

        Assert.Empty(anna.Complaints);
    }

    private static async Task PenAsync(IPage page, double force, params (double X, double Y)[] places)
    {
        ICDPSession pen = await page.Context.NewCDPSessionAsync(page);
        async Task SendAsync(string type, (double X, double Y) place)
        {
            (float x, float y) = await ReviewDesk.PlaceAsync(page, place.X, place.Y);
            await pen.SendAsync("Input.dispatchMouseEvent", new()
            {
                ["type"] = type,
                ["x"] = x,
                ["y"] = y,
                ["button"] = "left",
                ["buttons"] = type == "mouseReleased" ? 0 : 1,
                ["clickCount"] = 1,
                ["pointerType"] = "pen",
                ["force"] = force,
            });
        }

        await SendAsync("mousePressed", places[0]);
        foreach ((double X, double Y) place in places[1..])
        {
            await SendAsync("mouseMoved", place);
        }

        await SendAsync("mouseReleased", places[^1]);
        await pen.DetachAsync();
    }

    /// <summary>How many pixels are marked in the middle column, near a row.</summary>
    private static int Thickness(BinaryMask mask, int row) => Enumerable.Range(row - 40, 80).Count(y => ReviewDesk.At(mask, 200, y));

    /// <summary>What is seen at a pixel of the picture: red, green, blue.</summary>
    private static async Task<byte[]> SeenAsync(IPage page, double x, double y)
    {
        RgbImage seen = await ShotAsync(page.Locator("[data-stage]"));
        LocatorBoundingBoxResult stage = (await page.Locator("[data-stage]").BoundingBoxAsync())!;
        (float left, float top) = await ReviewDesk.PlaceAsync(page, x, y);
        int at = ((int)(top - stage.Y) * seen.Width) + (int)(left - stage.X);
        return seen.Pixels.AsSpan(at * 3, 3).ToArray();
    }

    private static async Task<RgbImage> ShotAsync(ILocator element) => ImageDecoder.Decode(await element.ScreenshotAsync(), new ImageLimits()).Image;

    private static bool IsGrey(ReadOnlySpan<byte> pixel) => pixel.IndexOfAnyExceptInRange((byte)126, (byte)130) < 0;

    private static byte[] Line()
    {
        byte[] pixels = new byte[400 * 300 * 3];
        Array.Fill(pixels, (byte)128);
        for (int y = 0; y < 300; y++)
        {
            pixels.AsSpan(((y * 400) + 197) * 3, 18).Fill(255);
        }

        return ImageEncoder.EncodePng(new RgbImage(400, 300, pixels));
    }
}
