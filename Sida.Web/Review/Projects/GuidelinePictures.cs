using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Projects;

/// <summary>Pictures that a project's guidelines show, to its members only.</summary>
internal sealed class GuidelinePictures(AccessService access, PictureService pictures, PictureStore store)
{
    private const int MaxPictures = 100;

    /// <summary>Adds a picture.</summary>
    /// <returns>Where it lies, and how to write it in the guidelines.</returns>
    public async Task<GuidelinePicture> AddAsync(Caller caller, Guid projectId, Stream body, string fileName, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        scope.RequireOpen();
        ReviewProject project = await scope.Db.ReviewProjects.FirstAsync(row => row.Id == projectId, cancellation);
        if (project.GuidelinePictures.Count >= MaxPictures)
        {
            throw new LimitException($"The guidelines have {MaxPictures} pictures already; more are not allowed.");
        }

        PictureView picture = await pictures.AddAsync(caller, body, fileName, cancellation);
        if (!project.GuidelinePictures.Contains(picture.Sha256))
        {
            project.GuidelinePictures = [.. project.GuidelinePictures, picture.Sha256];
            await scope.Db.SaveChangesAsync(cancellation);
        }

        string url = ReviewAddress.GuidelinePicture(projectId, picture.Sha256);
        string words = picture.FileName.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        return new GuidelinePicture(url, $"![{words}]({url})");
    }

    /// <summary>A picture, without metadata.</summary>
    /// <exception cref="NotFoundException">The guidelines don't show it, or they aren't the caller's to see.</exception>
    public async Task<IResult> OpenAsync(Caller caller, Guid projectId, string sha256, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        return scope.Project.GuidelinePictures.Contains(sha256)
            ? PictureRoutes.Immutable(store.CopyPath(sha256, PictureCopy.Display), "image/jpeg", $"{sha256}-{PictureCopy.Display}")
            : throw new NotFoundException("There is no such picture in these guidelines.");
    }
}

/// <summary>A picture of the guidelines.</summary>
/// <param name="Url">Where it lies.</param>
/// <param name="Markdown">How to write it in the guidelines.</param>
public sealed record GuidelinePicture(string Url, string Markdown);
