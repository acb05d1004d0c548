using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Pictures;
using Sida.Web.Sharing;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Sharing;

public sealed class ShareTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private readonly Caller _anna = new(Guid.CreateVersion7(), Permissions.All);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ShareService Shares => fixture.Server.Services.GetRequiredService<ShareService>();

    private ConversationService Conversations => fixture.Server.Services.GetRequiredService<ConversationService>();

    [Fact]
    public async Task A_link_shows_a_strangers_browser_the_copy_and_the_mask_and_no_file_name()
    {
        ShareView share = await ShareAsync(null);
        SharedConversation shared = await Shares.OpenAsync(Token(share), Cancellation);
        SharedTurn turn = Assert.Single(shared.Turns);
        Assert.Equal(("Is it real?", Verdict.Tampered), (turn.Question, turn.Verdict));
        Assert.DoesNotContain("anna-in-berlin", WebJson.Write(shared), StringComparison.Ordinal);

        using HttpClient stranger = new() { BaseAddress = fixture.Address };
        using HttpResponseMessage picture = await stranger.GetAsync(turn.Picture.Url, Cancellation);
        Assert.Equal("image/jpeg", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal("noindex, nofollow", Assert.Single(picture.Headers.GetValues("X-Robots-Tag")));
        Assert.True(picture.Headers.CacheControl!.NoStore);
        Assert.Equal(64, ImageDecoder.Decode(await stranger.GetByteArrayAsync(turn.Masks[0].Url, Cancellation), cancellationToken: Cancellation).Image.Width);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(turn.Masks[0].OverlayUrl, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_link_is_a_snapshot()
    {
        ShareView share = await ShareAsync(null);
        await Conversations.RenameAsync(_anna, share.ConversationId, "renamed later", Cancellation);
        Assert.Equal("Is it real?", (await Shares.OpenAsync(Token(share), Cancellation)).Title);
    }

    [Fact]
    public async Task A_link_dies_when_it_is_revoked_expires_or_its_conversation_is_deleted()
    {
        ShareView revoked = await ShareAsync(null);
        ShareView expiring = await ShareAsync(fixture.Server.Clock.GetUtcNow().AddHours(1));
        ShareView deleted = await ShareAsync(null);
        Assert.Equal(3, (await Shares.ListAsync(_anna, null, Cancellation)).Count);
        await Shares.RevokeAsync(_anna, revoked.Id, Cancellation);
        await Conversations.DeleteAsync(_anna, deleted.ConversationId, Cancellation);
        await Shares.OpenAsync(Token(expiring), Cancellation);
        fixture.Server.Clock.Advance(TimeSpan.FromHours(2));
        using HttpClient stranger = new() { BaseAddress = fixture.Address };
        foreach (ShareView dead in new[] { revoked, expiring, deleted })
        {
            await Assert.ThrowsAsync<NotFoundException>(() => Shares.OpenAsync(Token(dead), Cancellation));
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(ShareRoutes.Picture(Token(dead), 0), Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(ShareRoutes.Mask(Token(dead), 0, 0), Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task Only_links_that_work_count_against_the_limit()
    {
        ShareView first = await ShareAsync(null);
        for (int i = 1; i < 50; i++)
        {
            await Shares.CreateAsync(_anna, first.ConversationId, fixture.Server.Clock.GetUtcNow().AddHours(1), Cancellation);
        }

        await Assert.ThrowsAsync<LimitException>(() => Shares.CreateAsync(_anna, first.ConversationId, null, Cancellation));
        fixture.Server.Clock.Advance(TimeSpan.FromHours(2));
        await Shares.CreateAsync(_anna, first.ConversationId, null, Cancellation);
        Assert.Equal(2, (await Shares.ListAsync(_anna, first.ConversationId, Cancellation)).Count);
    }

    [Fact]
    public async Task Who_may_delete_but_not_ask_deletes()
    {
        ShareView share = await ShareAsync(null);
        await Conversations.DeleteAsync(new Caller(_anna.OwnerId, Permissions.Manage), share.ConversationId, Cancellation);
        await Assert.ThrowsAsync<NotFoundException>(() => Conversations.GetAsync(_anna, share.ConversationId, Cancellation));
    }

    [Fact]
    public async Task A_link_opens_nothing_beyond_what_it_shows()
    {
        ShareView share = await ShareAsync(null);
        using HttpClient stranger = new() { BaseAddress = fixture.Address };
        foreach (string path in new[] { ShareRoutes.Picture(Token(share), 1), ShareRoutes.Picture(Token(share), -1), ShareRoutes.Mask(Token(share), 0, 7), $"/api/conversations/{share.ConversationId}" })
        {
            Assert.False((await stranger.GetAsync(path, Cancellation)).IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public async Task Only_the_owner_makes_sees_and_revokes_links()
    {
        ShareView share = await ShareAsync(null);
        Caller ben = new(Guid.CreateVersion7(), Permissions.All);
        await Assert.ThrowsAsync<NotFoundException>(() => Shares.CreateAsync(ben, share.ConversationId, null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Shares.RevokeAsync(ben, share.Id, Cancellation));
        Assert.Empty(await Shares.ListAsync(ben, null, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => Shares.CreateAsync(new Caller(_anna.OwnerId, Permissions.Read), share.ConversationId, null, Cancellation));
    }

    private async Task<ShareView> ShareAsync(DateTimeOffset? expiresAt)
    {
        IServiceProvider services = fixture.Server.Services;
        PictureView picture = await services.GetRequiredService<PictureService>().AddAsync(_anna, new MemoryStream(SidaUser.Picture()), "anna-in-berlin.png", Cancellation);
        Asked asked = await services.GetRequiredService<AskingService>().AskAsync(_anna, new Ask { PictureId = picture.Id, Text = "Is it real?" }, Cancellation);
        await services.GetRequiredService<AnalysisService>().ReadAsync(_anna, asked.AnalysisIds[0], 0, Cancellation).LastAsync(Cancellation);
        return await Shares.CreateAsync(_anna, asked.ConversationId, expiresAt, Cancellation);
    }

    private static string Token(ShareView share) => share.Url["/s/".Length..];
}
