using System.Globalization;
using Microsoft.Playwright;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Tests.Web;
using Sida.Web.Tests.Web.Review;
using static Microsoft.Playwright.Assertions;

namespace Sida.Web.Tests.Browser;

/// <summary>A review project, people in front of its editor, and a hand that paints.</summary>
internal sealed class ReviewDesk(Chromium chromium, SidaServer server, ReviewTeam team)
{
    public ReviewTeam Team => team;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReviewDesk> SetUpAsync(Chromium chromium, SidaServer server, ProjectSettings? settings = null)
    {
        server.Listen();
        return new ReviewDesk(chromium, server, await ReviewTeam.MeetAsync(server, settings));
    }

    /// <summary>Somebody who is a member of the project, with a browser of their own.</summary>
    public async Task<Visitor> ComesAsync(string name, ProjectRole role = ProjectRole.Annotator, Action<BrowserNewContextOptions>? options = null)
    {
        Visitor visitor = await Visitor.SignedInAsync(chromium, server, role == ProjectRole.Annotator ? SiteRole.Annotator : SiteRole.Reviewer, name, options);
        await team.Members.PutAsync(team.Manager, team.Project, visitor.Caller.OwnerId, role, Cancellation);
        return visitor;
    }

    /// <summary>An item of one of the sample pictures, or a plain grey one.</summary>
    public Task<Guid> AddAsync(Annotation? model, string? sample = null, int width = 400, int height = 300, Annotation? truth = null) =>
        sample is null ? AddAsync(model, Grey(width, height), truth: truth) : AddAsync(model, Scenery.Picture(sample), "still-life.jpg", truth);

    /// <summary>An item of a picture file.</summary>
    public async Task<Guid> AddAsync(Annotation? model, byte[] bytes, string fileName = "grey.png", Annotation? truth = null)
    {
        PictureView stored = await team.Get<PictureService>().AddAsync(team.Manager, new MemoryStream(bytes), fileName, Cancellation);
        ClassProbabilities belief = new(0.08f, 0.16f, 0.76f);
        return (await team.AddAsync(new NewItem(
            new PictureRef(stored.Sha256, stored.FileName, stored.Format, stored.Width, stored.Height), model, "alpha", new string('a', 64), belief, truth, "test", Guid.NewGuid().ToString())))[0];
    }

    /// <summary>Opens an item's editor and waits until it can be painted in.</summary>
    public async Task<IPage> OpenAsync(Visitor visitor, Guid item)
    {
        IPage page = await visitor.OpenAsync(ReviewAddress.Item(team.Project, item));
        await ReadyAsync(page, item);
        return page;
    }

    /// <summary>Waits until an item can be painted in.</summary>
    public static Task ReadyAsync(IPage page, Guid item) => Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-open", item.ToString());

    /// <summary>Where a pixel of the fitted picture is on the page.</summary>
    public static async Task<(float X, float Y)> PlaceAsync(IPage page, double x, double y, int width = 400, int height = 300)
    {
        LocatorBoundingBoxResult stage = (await page.Locator("[data-stage]").BoundingBoxAsync())!;
        double scale = await ScaleAsync(page, width, height);
        return ((float)(stage.X + ((stage.Width - (width * scale)) / 2) + (x * scale)), (float)(stage.Y + ((stage.Height - (height * scale)) / 2) + (y * scale)));
    }

    /// <summary>Pixels of the page to a pixel of the fitted picture.</summary>
    public static async Task<double> ScaleAsync(IPage page, int width = 400, int height = 300)
    {
        LocatorBoundingBoxResult stage = (await page.Locator("[data-stage]").BoundingBoxAsync())!;
        return Math.Min((stage.Width - 32) / width, (stage.Height - 32) / height);
    }

    public static async Task HoverAsync(IPage page, double x, double y)
    {
        (float left, float top) = await PlaceAsync(page, x, y);
        await page.Mouse.MoveAsync(left, top);
    }

    /// <summary>Presses the mouse at the first place and draws through all others.</summary>
    public static async Task DrawAsync(IPage page, params (double X, double Y)[] places)
    {
        await PressAsync(page, places);
        await page.Mouse.UpAsync();
    }

    public static async Task PressAsync(IPage page, params (double X, double Y)[] places)
    {
        bool isDown = false;
        foreach ((double x, double y) in places)
        {
            (float left, float top) = await PlaceAsync(page, x, y);
            await page.Mouse.MoveAsync(left, top, new() { Steps = isDown ? 4 : 1 });
            if (!isDown)
            {
                await page.Mouse.DownAsync();
                isDown = true;
            }
        }
    }

    public static async Task ClickAsync(IPage page, double x, double y, MouseButton button = MouseButton.Left)
    {
        (float left, float top) = await PlaceAsync(page, x, y);
        await page.Mouse.ClickAsync(left, top, new() { Button = button });
    }

    /// <summary>Waits until so many steps are done.</summary>
    public static Task StepsAsync(IPage page, int steps) => Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-step", steps.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the last of so many steps is at the server.</summary>
    public static async Task SavedAsync(IPage page, int steps)
    {
        await StepsAsync(page, steps);
        await Expect(page.Locator(".editor")).ToHaveAttributeAsync("data-saved", "saved");
    }

    /// <summary>The mask at the server.</summary>
    public async Task<BinaryMask> MaskAsync(Visitor visitor, Guid item)
    {
        ItemView view = await team.SeeAsync(visitor.Caller, item);
        return view.Current!.Annotation.Mask!.ToMask();
    }

    public static bool At(BinaryMask mask, int x, int y) => mask.Values[(y * mask.Width) + x] == 1;

    /// <summary>A mask of a rectangle.</summary>
    public static MaskCode Rectangle(int left, int top, int right, int bottom, int width = 400, int height = 300)
    {
        byte[] values = new byte[width * height];
        for (int y = top; y < bottom; y++)
        {
            values.AsSpan((y * width) + left, right - left).Fill(1);
        }

        return MaskCode.Of(new BinaryMask(width, height, values));
    }

    private static byte[] Grey(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)128);
        return ImageEncoder.EncodePng(new RgbImage(width, height, pixels));
    }
}
