using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Projects;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Pictures of the guidelines come one by one from a page that stays usable.</summary>
public sealed class GuidelinePicturesTests : IDisposable
{
    private readonly SidaServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Several_at_once_are_all_kept_and_the_settings_can_be_saved_meanwhile()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(_server);
        GuidelinePictures pictures = team.Get<GuidelinePictures>();
        ProjectView before = await team.Projects.GetAsync(team.Manager, team.Project, Cancellation);
        Task<GuidelinePicture>[] adding = [.. Enumerable.Range(1, 4).Select(seed => pictures.AddAsync(team.Manager, team.Project, new MemoryStream(SidaUser.Picture(seed)), $"{seed}.png", Cancellation))];
        await team.Projects.UpdateAsync(team.Manager, team.Project, new ProjectDraft("Herons", "# Look thrice", [], before.Settings), before.Revision, Cancellation);
        GuidelinePicture[] added = await Task.WhenAll(adding);
        Assert.Equal(4, added.Select(picture => picture.Url).Distinct().Count());
        foreach (GuidelinePicture picture in added)
        {
            await pictures.OpenAsync(team.Anna, team.Project, picture.Url.Split('/')[^1], Cancellation);
        }

        await Assert.ThrowsAsync<NotFoundException>(() => pictures.OpenAsync(team.Anna, team.Project, new string('0', 64), Cancellation));
    }
}
