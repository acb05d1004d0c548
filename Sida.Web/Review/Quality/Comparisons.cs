using Microsoft.EntityFrameworkCore;
using Sida.Engine.Evaluation;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Editing;
using Sida.Web.Work;

namespace Sida.Web.Review.Quality;

/// <summary>
/// Compares an annotation with those of the other annotators of the item when it is handed in. Honeypots are left out: they are
/// compared with what is known, and everybody may have one.
/// </summary>
internal sealed class Comparisons(TimeProvider clock)
{
    public async Task UpdateAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, Annotation annotation, CancellationToken cancellation)
    {
        List<AnnotationLine> others = [.. item.Lines.Where(other => other.Id != line.Id && other.State is LineState.Submitted or LineState.Accepted)];
        if (item.IsHoneypot || others.Count == 0)
        {
            return;
        }

        List<LineComparison> known = await scope.Db.LineComparisons.Where(row => row.ItemId == item.Id).ToListAsync(cancellation);
        foreach (AnnotationLine other in others)
        {
            Annotation theirs = await VersionReader.ContentAsync(scope, item, other, other.SubmittedNumber ?? other.Latest, cancellation);
            LineComparison fresh = Compare(item, line, annotation, other, theirs);
            if (known.Find(row => row.First == fresh.First && row.Second == fresh.Second) is { } old)
            {
                (old.At, old.SameVerdict, old.Iou, old.Dice) = (fresh.At, fresh.SameVerdict, fresh.Iou, fresh.Dice);
                (old.Text, old.TextSimilarity) = (fresh.Text, fresh.TextSimilarity);
            }
            else
            {
                scope.Db.LineComparisons.Add(fresh);
                known.Add(fresh);
            }
        }

        item.Disagreement = known.Average(row => row.SameVerdict ? 1 - (row.Iou ?? 1) : 1);
    }

    private LineComparison Compare(ReviewItem item, AnnotationLine line, Annotation mine, AnnotationLine other, Annotation theirs)
    {
        bool inOrder = line.Id.CompareTo(other.Id) < 0;
        (AnnotationLine first, AnnotationLine second) = inOrder ? (line, other) : (other, line);
        bool masks = mine.Mask is not null || theirs.Mask is not null;
        MaskCounts counts = MaskMeeting.Of(mine.Mask, theirs.Mask);
        return new LineComparison
        {
            ProjectId = item.ProjectId,
            ItemId = item.Id,
            First = first.Id,
            Second = second.Id,
            FirstPerson = first.Annotator,
            SecondPerson = second.Annotator,
            At = clock.GetUtcNow(),
            SameVerdict = mine.Verdict == theirs.Verdict,
            Iou = masks ? counts.Iou : null,
            Dice = masks ? counts.F1 : null,
            Text = WebJson.Write(TextFields.Compare(mine.Explanation, theirs.Explanation)),
            TextSimilarity = EditDistance.Similarity(mine.Explanation, theirs.Explanation),
        };
    }
}
