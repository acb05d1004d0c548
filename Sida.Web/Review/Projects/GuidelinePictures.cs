using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Projects;

/// <summary>Pictures that a project's guidelines show, to its members only.</summary>
internal sealed class GuidelinePictures(AccessService access, PictureService pictures, PictureStore store) : IDisposable
{
    private const int MaxPictures = 100;

    /// <summary>How often the project's settings may be saved at the same moment.</summary>
    private const int MostTries = 5;

    /// <summary>The list is written as a whole and has no revision of its own, since its pictures come while somebody writes the guidelines.</summary>
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Adds a picture.</summary>
    /// <returns>Where it lies, and how to write it in the guidelines.</returns>
    public async Task<GuidelinePicture> AddAsync(Caller caller, Guid projectId, Stream body, string fileName, CancellationToken cancellation)
    {
        await using (ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation))
        {
            Check(scope);
        }

        // Receiving takes a while in which the project may change: only then is it read to be written.
        PictureView picture = await pictures.AddAsync(caller, body, fileName, cancellation);
        await _one.WaitAsync(cancellation);
        try
        {
            int tries = 1;
            while (!await TryListAsync(caller, projectId, picture.Sha256, tries == MostTries, cancellation))
            {
                tries++;
            }
        }
        finally
        {
            _one.Release();
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

    public void Dispose() => _one.Dispose();

    private static void Check(ReviewScope scope)
    {
        scope.RequireOpen();
        if (scope.Project.GuidelinePictures.Count >= MaxPictures)
        {
            throw new LimitException($"The guidelines have {MaxPictures} pictures already; more are not allowed.");
        }
    }

    /// <summary>Adds a picture to the list; false where the project was changed meanwhile.</summary>
    private async Task<bool> TryListAsync(Caller caller, Guid projectId, string sha256, bool last, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        Check(scope);
        ReviewProject project = await scope.Db.ReviewProjects.FirstAsync(row => row.Id == projectId, cancellation);
        if (project.GuidelinePictures.Contains(sha256))
        {
            return true;
        }

        project.GuidelinePictures = [.. project.GuidelinePictures, sha256];
        try
        {
            await scope.Db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateConcurrencyException) when (!last)
        {
            return false;
        }
    }
}

/// <summary>A picture of the guidelines.</summary>
/// <param name="Url">Where it lies.</param>
/// <param name="Markdown">How to write it in the guidelines.</param>
public sealed record GuidelinePicture(string Url, string Markdown);
