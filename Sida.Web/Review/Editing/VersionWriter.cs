using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;
using Sida.Web.Work;

namespace Sida.Web.Review.Editing;

/// <summary>Adds versions to lines. Nothing that was saved is ever changed.</summary>
internal sealed class VersionWriter(PeopleDirectory people, VersionReader reader, IOptions<ReviewOptions> options, TimeProvider clock)
{
    /// <summary>People whose names may be needed to say who has an item.</summary>
    public Task<Names> NamesAsync(ReviewItem item, CancellationToken cancellation) =>
        Names.OfAsync(people, [.. item.Lines.Select(line => line.Annotator), item.Reviewer ?? Guid.Empty], cancellation);

    /// <summary>Refuses what is based on a version that is not the latest.</summary>
    /// <exception cref="ConflictException">Somebody saved meanwhile; it has both versions.</exception>
    public async Task CheckLatestAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, int basedOn, Annotation? yours, CancellationToken cancellation)
    {
        if (basedOn == line.Latest)
        {
            return;
        }

        if (basedOn > line.Latest || basedOn < 0)
        {
            throw new ConflictException($"There is no version {basedOn} yet; the latest is {line.Latest}. Reload the item.", null, yours);
        }

        VersionView latest = await reader.ReadAsync(scope, item, line, line.Latest, cancellation);
        string who = latest.Author == scope.Person ? "You saved" : $"{latest.AuthorName} saved";
        throw new ConflictException(
            $"{who} version {latest.Number} meanwhile; yours began with version {basedOn}. Compare both, then save what you want to keep again.", latest, yours);
    }

    /// <summary>Adds a version to a line; it is saved with everything else.</summary>
    /// <exception cref="LimitException">There are too many.</exception>
    public async Task<AnnotationVersion> AddAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, Annotation annotation, VersionKind kind, CancellationToken cancellation)
    {
        if (line.Latest >= options.Value.MaxVersions)
        {
            throw new LimitException($"This annotation has {line.Latest} versions, as many as are allowed (Sida:Review:MaxVersions). Hand it in.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        Annotation before = await VersionReader.ContentAsync(scope, item, line, line.Latest, cancellation);
        AnnotationVersion version = new()
        {
            ProjectId = item.ProjectId,
            LineId = line.Id,
            Number = line.Latest + 1,
            Author = scope.Person,
            SavedAt = now,
            Kind = kind,
            BasedOn = line.Latest,
            ModelName = item.ModelName,
            ModelHash = item.ModelHash,
            Verdict = annotation.Verdict,
            MaskIou = MaskMeeting.Of(before.Mask, annotation.Mask).Iou,
            Content = WebJson.Write(annotation),
        };
        scope.Db.AnnotationVersions.Add(version);
        line.Latest = version.Number;
        if (line.Annotator == scope.Person)
        {
            line.Verdict = annotation.Verdict;
            WorkClock.Tick(line, now);
        }

        item.ChangedAt = now;
        ItemProgress.Recount(item, scope.Project.Overlap);
        return version;
    }
}
