using Microsoft.EntityFrameworkCore;
using Sida.Engine.Evaluation;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Quality;
using Sida.Web.Review.Queue;
using Sida.Web.Review.Webhooks;
using Sida.Web.Work;

namespace Sida.Web.Review.Editing;

/// <summary>What happens when an annotation is handed in: it is measured once, so that dashboards only have to count.</summary>
internal sealed class Submission(Comparisons comparisons, ReviewJournal journal, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Hands a line in, with what was just added to it as its content.</summary>
    public async Task HandInAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, Annotation annotation, CancellationToken cancellation)
    {
        line.State = LineState.Submitted;
        (line.ReservedUntil, line.ReturnReason) = (null, null);
        (line.SubmittedAt, line.SubmittedNumber) = (Now, line.Latest);
        await ScoreLineAsync(scope, item, line, annotation, cancellation);
        var told = new { itemId = item.Id, item.Number, lineId = line.Id, version = line.Latest };
        journal.Record(scope, AuditAction.ItemSubmitted, item.Id, new { line = line.Id, version = line.Latest });
        await journal.TellAsync(scope, WebhookEvents.VersionSaved, new { itemId = item.Id, item.Number, lineId = line.Id, version = line.Latest, Kind = VersionKind.Submission }, cancellation);
        await journal.TellAsync(scope, WebhookEvents.ItemSubmitted, told, cancellation);
        if (scope.Project.Stages == 1)
        {
            Decide(scope, item, line);
            journal.Record(scope, AuditAction.ItemAccepted, item.Id, new { line = line.Id, version = line.Latest, annotator = line.Annotator });
            await journal.TellAsync(scope, WebhookEvents.ItemAccepted, told, cancellation);
        }
    }

    /// <summary>What the queue and the dashboard know of an item, from the annotation that speaks for it now.</summary>
    public static async Task ScoreItemAsync(ReviewScope scope, ReviewItem item, Annotation annotation, CancellationToken cancellation)
    {
        MaskFacts facts = MaskFacts.Of(annotation.Mask);
        (item.Verdict, item.ShownVerdict, item.Reasons) = (annotation.Verdict, annotation.Verdict, [.. annotation.Reasons]);
        (item.Place, item.MaskShare) = (facts.Place, facts.Share);
        item.ModelIou = item.ModelAnnotation is null ? null : IouOf(annotation.Mask, VersionReader.Model(item).Mask);
        foreach (EarlierAnswer earlier in await scope.Db.EarlierAnswers.Where(row => row.ProjectId == item.ProjectId && row.ItemId == item.Id).ToListAsync(cancellation))
        {
            earlier.Iou = IouOf(annotation.Mask, WebJson.Read<Annotation>(earlier.Content).Mask);
        }

        ItemProgress.Recount(item, scope.Project.Overlap);
    }

    /// <summary>Measures what an annotator handed in: against the model, a honeypot's known answer, and the other annotators.</summary>
    private async Task ScoreLineAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, Annotation annotation, CancellationToken cancellation)
    {
        await ScoreItemAsync(scope, item, annotation, cancellation);
        (line.Place, line.MaskShare, line.Reasons, line.ModelIou) = (item.Place, item.MaskShare, [.. annotation.Reasons], item.ModelIou);
        if (item.Truth is { } json)
        {
            Annotation truth = WebJson.Read<Annotation>(json);
            line.IsVerdictTrue = annotation.Verdict == truth.Verdict;
            line.TruthIou = IouOf(annotation.Mask, truth.Mask);
        }

        await comparisons.UpdateAsync(scope, item, line, annotation, cancellation);
    }

    /// <summary>Makes a line the one that counts.</summary>
    public void Decide(ReviewScope scope, ReviewItem item, AnnotationLine line)
    {
        (item.Reviewer, item.ReviewedUntil) = (null, null);
        (item.DecidedLineId, item.DecidedNumber, item.DecidedAt, item.ChangedAt) = (line.Id, line.Latest, Now, Now);
        foreach (AnnotationLine done in item.Lines.Where(other => other == line || (!item.IsHoneypot && other.State == LineState.Submitted)))
        {
            done.State = LineState.Accepted;
        }

        ItemProgress.Recount(item, scope.Project.Overlap);
    }

    /// <summary>Opens an accepted item again, for a reviewer: its lines wait for a decision as before.</summary>
    public void Reopen(ReviewScope scope, ReviewItem item, Guid? lineId)
    {
        AnnotationLine? decided = item.Lines.Find(line => line.Id == (lineId ?? item.DecidedLineId) && line.State == LineState.Accepted);
        if (!scope.SeesAll || decided is null)
        {
            return;
        }

        (item.DecidedLineId, item.DecidedNumber, item.DecidedAt, item.ChangedAt) = (null, null, null, Now);
        foreach (AnnotationLine line in item.Lines.Where(line => line == decided || (!item.IsHoneypot && line.State == LineState.Accepted)))
        {
            line.State = LineState.Submitted;
        }

        ItemProgress.Recount(item, scope.Project.Overlap);
    }

    /// <summary>Null where nothing is marked in both: agreement about nothing says nothing of masks.</summary>
    public static double? IouOf(MaskCode? first, MaskCode? second)
    {
        if (first is null && second is null)
        {
            return null;
        }

        MaskCounts counts = MaskMeeting.Of(first, second);
        return counts.Iou;
    }
}
