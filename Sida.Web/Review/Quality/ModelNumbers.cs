using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;

namespace Sida.Web.Review.Quality;

/// <summary>The model against what experts accepted: where it is right, and where it is not.</summary>
internal static class ModelNumbers
{
    /// <summary>The newest accepted items: enough for every share that is shown, and bounded.</summary>
    private const int MaxItems = 50_000;
    private const int MaxReasons = 30;

    public static async Task<ModelReport?> OfAsync(ReviewScope scope, string? model, CancellationToken cancellation)
    {
        List<Row> rows = await scope.Items
            .Where(item => item.State == ItemState.Accepted && !item.IsHoneypot && item.ModelVerdict != null && item.Verdict != null && (model == null || item.ModelName == model))
            .OrderByDescending(item => item.DecidedAt).Take(MaxItems)
            .Select(item => new Row(item.ModelVerdict!.Value, item.Verdict!.Value, item.ModelIou, item.Place, item.Reasons)).ToListAsync(cancellation);
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

    private static ModelSlice<T> Slice<T>(T by, List<Row> rows) => new(by, rows.Count, Wrong(rows), rows.Average(row => row.Iou));

    private static double Wrong(List<Row> rows) => rows.Average(row => row.Model == row.Expert ? 0.0 : 1);

    private sealed record Row(Verdict Model, Verdict Expert, double? Iou, MaskPlace? Place, List<string> Reasons);
}
