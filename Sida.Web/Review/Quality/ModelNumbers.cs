using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Quality;

/// <summary>The model against what experts accepted: where it is right, and where it is not.</summary>
internal static class ModelNumbers
{
    /// <summary>The newest accepted items: enough for every share that is shown, and bounded.</summary>
    private const int MaxItems = 50_000;
    private const int MaxReasons = 30;

    /// <summary>The numbers of one model, or of each item's latest; null when nothing was accepted.</summary>
    public static async Task<ModelReport?> OfAsync(ReviewScope scope, string? model, CancellationToken cancellation)
    {
        List<Row> rows = await Accepted(scope).Where(item => item.ModelVerdict != null && (model == null || item.ModelName == model))
            .OrderByDescending(item => item.DecidedAt).Take(MaxItems)
            .Select(item => new Row(item.ModelVerdict!.Value, item.Verdict!.Value, item.ModelIou, item.Place, item.Reasons)).ToListAsync(cancellation);
        if (model is not null)
        {
            rows.AddRange(await EarlierAsync(scope, model, MaxItems - rows.Count, cancellation));
        }

        if (rows.Count == 0)
        {
            return null;
        }

        return new ModelReport(
            rows.Count,
            1 - Wrong(rows),
            rows.Average(row => row.Iou),
            [.. rows.GroupBy(row => (row.Expert, row.Model)).Select(cell => new ConfusionCell(cell.Key.Expert, cell.Key.Model, cell.Count())).OrderBy(cell => cell.Expert).ThenBy(cell => cell.Model)],
            [.. rows.GroupBy(row => row.Place).OrderBy(group => group.Key).Select(group => Slice(group.Key, [.. group]))],
            [
                .. rows.SelectMany(row => row.Reasons.Distinct().Select(reason => (Reason: reason, Row: row))).GroupBy(pair => pair.Reason, StringComparer.OrdinalIgnoreCase)
                    .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.OrdinalIgnoreCase).Take(MaxReasons)
                    .Select(group => Slice(group.Key, [.. group.Select(pair => pair.Row)])),
            ]);
    }

    /// <summary>Models that items were given to, whichever answered last.</summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(ReviewScope scope, CancellationToken cancellation)
    {
        List<string> latest = await scope.Items.Where(item => item.ModelName != null).Select(item => item.ModelName!).Distinct().ToListAsync(cancellation);
        List<string> earlier = await scope.Db.EarlierAnswers.Where(row => row.ProjectId == scope.ProjectId && row.ModelName != null).Select(row => row.ModelName!).Distinct().ToListAsync(cancellation);
        return [.. latest.Union(earlier).Order(StringComparer.OrdinalIgnoreCase)];
    }

    private static IQueryable<ReviewItem> Accepted(ReviewScope scope) =>
        scope.Items.Where(item => item.State == ItemState.Accepted && !item.IsHoneypot && item.Verdict != null);

    /// <summary>What a model had said of items that another was asked about since, so that two models can be compared on the same items.</summary>
    private static Task<List<Row>> EarlierAsync(ReviewScope scope, string model, int most, CancellationToken cancellation) => (
        from answer in scope.Db.EarlierAnswers
        where answer.ProjectId == scope.ProjectId && answer.ModelName == model && answer.Verdict != null
            && !scope.Db.EarlierAnswers.Any(newer => newer.ItemId == answer.ItemId && newer.ModelName == model && newer.Number > answer.Number)
        join item in Accepted(scope).Where(item => item.ModelName != model) on answer.ItemId equals item.Id
        orderby item.DecidedAt descending
        select new Row(answer.Verdict!.Value, item.Verdict!.Value, answer.Iou, item.Place, item.Reasons)).Take(most).ToListAsync(cancellation);

    private static ModelSlice<T> Slice<T>(T by, List<Row> rows) => new(by, rows.Count, Wrong(rows), rows.Average(row => row.Iou));

    private static double Wrong(List<Row> rows) => rows.Average(row => row.Model == row.Expert ? 0.0 : 1);

    private sealed record Row(Verdict Model, Verdict Expert, double? Iou, MaskPlace? Place, List<string> Reasons);
}
