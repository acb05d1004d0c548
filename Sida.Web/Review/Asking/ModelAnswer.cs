using Microsoft.EntityFrameworkCore;
using Sida.Engine.Analysis;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Queue;
using Sida.Web.Work;

namespace Sida.Web.Review.Asking;

/// <summary>What a model says of an item: how it is kept, and how a newer one takes its place.</summary>
internal static class ModelAnswer
{
    /// <summary>Writes a model's answer into an item: what its queue, its editor and its dashboard know of the model. What experts said stays.</summary>
    public static void Put(ReviewItem item, Annotation? said, string? model, string? packageHash, ClassProbabilities? probabilities)
    {
        MaskFacts facts = MaskFacts.Of(said?.Mask);
        (item.ModelName, item.ModelHash) = (model, packageHash);
        item.ModelAnnotation = said is null ? null : WebJson.Write(said);
        (item.ProbabilityReal, item.ProbabilityFullSynthetic, item.ProbabilityTampered) = (probabilities?.Real, probabilities?.FullSynthetic, probabilities?.Tampered);
        (item.ModelVerdict, item.ModelPlace, item.ModelMaskShare) = (said?.Verdict, facts.Place, facts.Share);
        item.Doubt = Doubt.Of(said, probabilities);
        if (item.Verdict is null)
        {
            (item.ShownVerdict, item.Place, item.MaskShare) = (said?.Verdict, facts.Place, facts.Share);
        }
    }

    /// <summary>Whether an item's answer is that of this very package.</summary>
    public static bool IsOf(ReviewItem item, string model, string packageHash) => item.ModelAnnotation is not null && item.ModelName == model && item.ModelHash == packageHash;

    /// <summary>Why an item is left alone just now; null when it isn't. Under somebody's hands nothing changes.</summary>
    public static string? FindHindrance(ReviewItem item, DateTimeOffset now)
    {
        if (item.Lines.Exists(line => line.State == LineState.InWork && line.ReservedUntil >= now))
        {
            return "somebody works on it just now";
        }

        return item.Reviewer is not null && item.ReviewedUntil >= now ? "a reviewer looks at it just now" : null;
    }

    /// <summary>Puts a newer answer in the place of the one before, which is kept, and measures it against what experts said.</summary>
    public static async Task ReplaceAsync(ReviewScope scope, ReviewItem item, ModelOpinion opinion, DateTimeOffset now, CancellationToken cancellation)
    {
        Annotation said = AnnotationRules.Check(opinion.Annotation, item.Picture);
        if (item.ModelAnnotation is { } before)
        {
            int last = await scope.Db.EarlierAnswers.Where(row => row.ProjectId == item.ProjectId && row.ItemId == item.Id).MaxAsync(row => (int?)row.Number, cancellation) ?? 0;
            scope.Db.EarlierAnswers.Add(new EarlierAnswer
            {
                ProjectId = item.ProjectId,
                ItemId = item.Id,
                Number = last + 1,
                ReplacedAt = now,
                ModelName = item.ModelName,
                ModelHash = item.ModelHash,
                ProbabilityReal = item.ProbabilityReal,
                ProbabilityFullSynthetic = item.ProbabilityFullSynthetic,
                ProbabilityTampered = item.ProbabilityTampered,
                Verdict = item.ModelVerdict,
                Iou = item.ModelIou,
                Content = before,
            });
        }

        Put(item, said, opinion.Model, opinion.PackageHash, opinion.Probabilities);
        item.ModelIou = await SpokenAsync(scope, item, cancellation) is { } spoken ? Submission.IouOf(spoken.Mask, said.Mask) : null;
        item.ChangedAt = now;
        ItemProgress.Recount(item, scope.Project.Overlap);
    }

    /// <summary>The annotation that speaks for an item: the accepted one, or the one that was handed in last; null before the first.</summary>
    private static async Task<Annotation?> SpokenAsync(ReviewScope scope, ReviewItem item, CancellationToken cancellation)
    {
        AnnotationLine? line = item.Lines.Find(one => one.Id == item.DecidedLineId) ?? item.Lines.Where(one => one.SubmittedAt is not null).MaxBy(one => one.SubmittedAt);
        return line is null ? null : await VersionReader.ContentAsync(scope, item, line, item.DecidedNumber ?? line.SubmittedNumber ?? line.Latest, cancellation);
    }
}
