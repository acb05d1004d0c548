using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Review.Editing;

/// <summary>A reviewer's decisions.</summary>
internal sealed class DecisionService(AccessService access, VersionWriter writer, Submission submission, ReviewJournal journal)
{
    private const int MaxReasonLength = 2000;

    /// <summary>Accepts an annotation: from now on it is what counts for the item.</summary>
    /// <param name="caller">A reviewer who didn't annotate it.</param>
    /// <param name="itemId">Which item.</param>
    /// <param name="basedOn">The version that the reviewer has seen.</param>
    /// <param name="corrected">What the reviewer changed at once; null when it is right.</param>
    /// <param name="lineId">Whose annotation, where there are several.</param>
    /// <param name="cancellation">Stops before it is saved.</param>
    /// <exception cref="ConflictException">It was changed or decided meanwhile.</exception>
    /// <exception cref="ForbiddenException">The caller is no reviewer, or annotated the item.</exception>
    public async Task AcceptAsync(Caller caller, Guid itemId, int basedOn, Annotation? corrected, Guid? lineId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Reviewer, cancellation);
        await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                Annotation? tidy = corrected is null ? null : AnnotationRules.Check(corrected, item.Picture);
                AnnotationLine line = LineChoice.ToDecide(scope, item, lineId);
                Taking.TakeForReview(scope, item, await writer.NamesAsync(item, cancellation), submission.Now);
                await writer.CheckLatestAsync(scope, item, line, basedOn, tidy, cancellation);
                Annotation latest = await VersionReader.ContentAsync(scope, item, line, line.Latest, cancellation);
                AnnotationRules.CheckComplete(tidy ?? latest);
                if (tidy is not null && !Same.Content(latest, tidy))
                {
                    AnnotationVersion version = await writer.AddAsync(scope, item, line, tidy, VersionKind.Correction, cancellation);
                    journal.Record(scope, AuditAction.ItemCorrected, itemId, new { line = line.Id, version.Number });
                }

                await Submission.ScoreItemAsync(scope, item, tidy ?? latest, cancellation);
                submission.Decide(scope, item, line);
                journal.Record(scope, AuditAction.ItemAccepted, itemId, new { line = line.Id, version = line.Latest, annotator = line.Annotator });
                await journal.TellAsync(scope, WebhookEvents.ItemAccepted, new { itemId, item.Number, lineId = line.Id, version = line.Latest }, cancellation);
                return true;
            },
            cancellation);
        journal.Saved();
    }

    /// <summary>Sends an annotation back to its annotator.</summary>
    /// <param name="caller">A reviewer.</param>
    /// <param name="itemId">Which item; also one that was accepted before.</param>
    /// <param name="basedOn">The version that the reviewer has seen.</param>
    /// <param name="reason">What is to be done better.</param>
    /// <param name="lineId">Whose annotation, where there are several.</param>
    /// <param name="cancellation">Stops before it is saved.</param>
    /// <exception cref="RequestException">There is no reason.</exception>
    /// <exception cref="ConflictException">It was changed or decided meanwhile.</exception>
    public async Task ReturnAsync(Caller caller, Guid itemId, int basedOn, string reason, Guid? lineId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Reviewer, cancellation);
        reason = StoredText.Check(reason ?? "", "The reason").Trim();
        if (reason.Length is 0 or > MaxReasonLength)
        {
            throw new RequestException($"Say what is to be done better, in 1 to {MaxReasonLength} characters.");
        }

        await ItemChange.RunAsync(
            scope,
            itemId,
            async item =>
            {
                if (item.State == ItemState.Accepted)
                {
                    submission.Reopen(scope, item, lineId);
                }

                AnnotationLine line = LineChoice.ToDecide(scope, item, lineId);
                Taking.TakeForReview(scope, item, await writer.NamesAsync(item, cancellation), submission.Now);
                await writer.CheckLatestAsync(scope, item, line, basedOn, null, cancellation);
                (line.State, line.ReturnReason, line.Returns) = (LineState.Returned, reason, line.Returns + 1);
                (item.Reviewer, item.ReviewedUntil, item.ChangedAt) = (null, null, submission.Now);
                ItemProgress.Recount(item, scope.Project.Overlap);
                journal.Record(scope, AuditAction.ItemReturned, itemId, new { line = line.Id, version = line.Latest, annotator = line.Annotator, reason });
                await journal.TellAsync(scope, WebhookEvents.ItemReturned, new { itemId, item.Number, lineId = line.Id, version = line.Latest, reason }, cancellation);
                return true;
            },
            cancellation);
        journal.Saved();
    }
}
