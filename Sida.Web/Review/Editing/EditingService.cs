using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Review.Editing;

/// <summary>Saving, handing in, and going back in the history of an annotation.</summary>
internal sealed class EditingService(AccessService access, VersionWriter writer, VersionReader reader, Submission submission, ReviewJournal journal)
{
    /// <summary>Saves a version of the caller's annotation, or, by a reviewer, of the submitted one. What is the same as the latest version is not saved again.</summary>
    /// <param name="caller">Who saves.</param>
    /// <param name="itemId">Of which item.</param>
    /// <param name="annotation">What it says.</param>
    /// <param name="basedOn">The latest version that the caller knows of; 0 for the model's annotation.</param>
    /// <param name="draft">Whether the editor keeps it by itself.</param>
    /// <param name="lineId">For reviewers: whose annotation, where there are several.</param>
    /// <param name="cancellation">Stops before it is saved.</param>
    /// <exception cref="ConflictException">Somebody saved meanwhile: it has both versions. Or somebody else has the item.</exception>
    public async Task<VersionView> SaveAsync(Caller caller, Guid itemId, Annotation annotation, int basedOn, bool draft, Guid? lineId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        (ReviewItem item, AnnotationLine line) = await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                Annotation tidy = AnnotationRules.Check(annotation, item.Picture);
                AnnotationLine line = LineChoice.ToWrite(scope, item, lineId, await writer.NamesAsync(item, cancellation), submission.Now);
                await writer.CheckLatestAsync(scope, item, line, basedOn, tidy, cancellation);
                bool own = line.Annotator == scope.Person;
                if (line.Latest == 0 || !draft || !Same.Content(await VersionReader.ContentAsync(scope, item, line, line.Latest, cancellation), tidy))
                {
                    VersionKind kind = own ? draft ? VersionKind.Draft : VersionKind.Saved : VersionKind.Correction;
                    AnnotationVersion version = await writer.AddAsync(scope, item, line, tidy, kind, cancellation);
                    if (!own)
                    {
                        await Submission.ScoreItemAsync(scope, item, tidy, cancellation);
                        journal.Record(scope, AuditAction.ItemCorrected, itemId, new { line = line.Id, version.Number });
                    }

                    if (kind != VersionKind.Draft)
                    {
                        await journal.TellAsync(scope, WebhookEvents.VersionSaved, new { itemId, item.Number, lineId = line.Id, version = version.Number, kind }, cancellation);
                    }
                }

                return (item, line);
            },
            cancellation);
        journal.Saved();
        return await reader.ReadAsync(scope, item, line, line.Latest, cancellation);
    }

    /// <summary>Hands an annotation in.</summary>
    /// <param name="caller">Who hands in.</param>
    /// <param name="itemId">Which item.</param>
    /// <param name="annotation">What it says; null for the latest version as it is, or the model's annotation where nothing was saved: it is right.</param>
    /// <param name="basedOn">The latest version that the caller knows of; 0 for the model's annotation.</param>
    /// <param name="cancellation">Stops before it is saved.</param>
    /// <exception cref="RequestException">It is not complete; the message says what is missing.</exception>
    /// <exception cref="ConflictException">Somebody saved meanwhile, or somebody else has the item.</exception>
    public async Task<VersionView> SubmitAsync(Caller caller, Guid itemId, Annotation? annotation, int basedOn, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        (ReviewItem item, AnnotationLine line) = await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                Annotation? tidy = annotation is null ? null : AnnotationRules.Check(annotation, item.Picture);
                AnnotationLine line = Taking.Take(scope, item, await writer.NamesAsync(item, cancellation), submission.Now);
                await writer.CheckLatestAsync(scope, item, line, basedOn, tidy, cancellation);
                tidy ??= AnnotationRules.Check(await VersionReader.ContentAsync(scope, item, line, line.Latest, cancellation), item.Picture);
                AnnotationRules.CheckComplete(tidy);
                await writer.AddAsync(scope, item, line, tidy, VersionKind.Submission, cancellation);
                await submission.HandInAsync(scope, item, line, tidy, cancellation);
                return (item, line);
            },
            cancellation);
        journal.Saved();
        return await reader.ReadAsync(scope, item, line, line.Latest, cancellation);
    }

    /// <summary>The versions of an annotation, the newest first.</summary>
    /// <param name="caller">Who is asking.</param>
    /// <param name="itemId">Of which item.</param>
    /// <param name="lineId">For reviewers: whose; null for the one that the editor shows.</param>
    /// <param name="before">Only those with smaller numbers; null for the newest.</param>
    /// <param name="take">At most so many, at most <see cref="VersionReader.MaxTake"/>.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<IReadOnlyList<VersionView>> VersionsAsync(Caller caller, Guid itemId, Guid? lineId, int? before, int take, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        (ReviewItem item, AnnotationLine? line) = await ShownAsync(scope, itemId, lineId, cancellation);
        return line is null ? [] : await reader.ReadAsync(scope, item, line, Math.Min(line.Latest, (before ?? int.MaxValue) - 1), take, cancellation);
    }

    /// <summary>One version.</summary>
    /// <exception cref="NotFoundException">There is no such version, or it isn't the caller's to see.</exception>
    public async Task<VersionView> VersionAsync(Caller caller, Guid itemId, Guid? lineId, int number, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        (ReviewItem item, AnnotationLine? line) = await ShownAsync(scope, itemId, lineId, cancellation);
        return line is null ? throw new NotFoundException("Nothing was saved yet.") : await reader.ReadAsync(scope, item, line, number, cancellation);
    }

    /// <summary>Makes an earlier version the latest again, as a new one. A reviewer reopens an accepted item by it.</summary>
    /// <exception cref="NotFoundException">There is no such version.</exception>
    public async Task<VersionView> RestoreAsync(Caller caller, Guid itemId, int number, Guid? lineId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        (ReviewItem item, AnnotationLine line) = await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                submission.Reopen(scope, item, lineId);
                AnnotationLine line = LineChoice.ToWrite(scope, item, lineId, await writer.NamesAsync(item, cancellation), submission.Now);
                Annotation content = await VersionReader.ContentAsync(scope, item, line, number, cancellation);
                AnnotationVersion version = await writer.AddAsync(scope, item, line, content, VersionKind.Restoration, cancellation);
                if (line.Annotator != scope.Person)
                {
                    await Submission.ScoreItemAsync(scope, item, content, cancellation);
                }

                journal.Record(scope, AuditAction.VersionRestored, itemId, new { line = line.Id, restored = number, version.Number });
                await journal.TellAsync(scope, WebhookEvents.VersionSaved, new { itemId, item.Number, lineId = line.Id, version = version.Number, version.Kind }, cancellation);
                return (item, line);
            },
            cancellation);
        journal.Saved();
        return await reader.ReadAsync(scope, item, line, line.Latest, cancellation);
    }

    private static async Task<(ReviewItem Item, AnnotationLine? Line)> ShownAsync(ReviewScope scope, Guid itemId, Guid? lineId, CancellationToken cancellation)
    {
        ReviewItem item = await ItemReader.FindAsync(scope, itemId, cancellation);
        AnnotationLine? mine = item.Lines.Find(line => line.Annotator == scope.Person && line.State != LineState.Lapsed);
        return (item, ItemReader.Shown(scope, item, mine, lineId));
    }
}
