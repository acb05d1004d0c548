using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Segment;

namespace Sida.Web.Tests.Web.Review.Segment;

/// <summary>SAM for annotators, against a model whose masks are known.</summary>
public sealed class SegmentServiceTests(SegmentServiceTests.Server server) : IClassFixture<SegmentServiceTests.Server>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_click_gives_masks_of_the_pictures_size_best_first()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server.App);
        Guid item = await team.AddAsync();
        SegmentAnswer answer = await team.Get<SegmentService>().SegmentAsync(team.Anna, item, new SegmentRequest([new SegmentPlace(20, 20)]), Cancellation);
        Assert.Equal(3, answer.Masks.Count);
        Assert.Equal([0.9f, 0.7f, 0.5f], answer.Masks.Select(mask => mask.Score), (a, b) => Math.Abs(a - b) < 1e-5);
        BinaryMask first = new MaskCode(answer.Masks[0].Width, answer.Masks[0].Height, answer.Masks[0].Rle).ToMask();
        Assert.Equal((ReviewTeam.Width, ReviewTeam.Height, answer.Masks[0].Pixels), (first.Width, first.Height, first.ForegroundPixels));
        Assert.Equal(1, first.Values[(20 * ReviewTeam.Width) + 20]);
    }

    [Fact]
    public async Task Points_box_and_mask_reach_the_model_with_the_pictures_identity()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server.App);
        Guid item = await team.AddAsync();
        await team.Get<SegmentService>().SegmentAsync(
            team.Anna, item, new SegmentRequest([new SegmentPlace(1.5f, 2, Include: false)], new SegmentBox(3, 4, 5, 6), ReviewTeam.Columns(7)), Cancellation);
        SegmentPrompt prompt = server.App.Models.SegmentPrompts[^1];
        Assert.Equal([new SegmentPoint(1.5f, 2, Include: false)], prompt.Points);
        Assert.Equal(new PixelRectangle(3, 4, 5, 6), prompt.Box);
        Assert.Equal(7 * ReviewTeam.Height, prompt.Mask!.ForegroundPixels);
        PictureRef picture = (await team.SeeAsync(team.Anna, item)).Picture;
        Assert.Equal(new AnalyzedImage(picture.Sha256, picture.Width, picture.Height), prompt.Known);
    }

    [Fact]
    public async Task Preparing_names_the_picture_to_the_model()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server.App);
        Guid item = await team.AddAsync();
        await team.Get<SegmentService>().PrepareAsync(team.Anna, item, null, Cancellation);
        Assert.Equal((await team.SeeAsync(team.Anna, item)).Picture.Sha256, server.App.Models.Prepared[^1]!.Sha256);
    }

    [Fact]
    public async Task Who_may_not_see_an_item_gets_no_masks_of_it()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server.App);
        Guid item = await team.AddAsync();
        Caller stranger = await ReviewTeam.PersonAsync(server.App, SiteRole.Reviewer, "Sam");
        SegmentService segments = team.Get<SegmentService>();
        await Assert.ThrowsAsync<NotFoundException>(() => segments.SegmentAsync(stranger, item, new SegmentRequest([new SegmentPlace(1, 1)]), Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => segments.PrepareAsync(stranger, item, null, Cancellation));
        await team.Taking.TakeAsync(team.Ben, item, Cancellation);
        await Assert.ThrowsAsync<NotFoundException>(() => segments.PrepareAsync(team.Anna, item, null, Cancellation));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server.App);
        Guid item = await team.AddAsync();
        SegmentRequest[] bad =
        [
            new([.. Enumerable.Repeat(new SegmentPlace(1, 1), 65)]),
            new(Mask: new MaskCode(3, 3, "9")),
            new(Mask: new MaskCode(ReviewTeam.Width, ReviewTeam.Height, "nonsense")),
            new(Mask: new MaskCode(ReviewTeam.Width, ReviewTeam.Height, null!)),
        ];
        foreach (SegmentRequest request in bad)
        {
            await Assert.ThrowsAsync<RequestException>(() => team.Get<SegmentService>().SegmentAsync(team.Anna, item, request, Cancellation));
        }

        await Assert.ThrowsAsync<NotFoundException>(() => team.Get<SegmentService>().SegmentAsync(team.Anna, item, new SegmentRequest([new SegmentPlace(1, 1)], Model: "none"), Cancellation));
    }

    public sealed class Server : IDisposable
    {
        public SidaServer App { get; } = new();

        public void Dispose() => App.Dispose();
    }
}
