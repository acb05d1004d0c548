namespace Sida.Engine.Evaluation;

/// <summary>How good the masks of tampered pictures are, at the pictures' own size.</summary>
public sealed record MaskMetrics
{
    /// <summary>Mean IoU over pictures.</summary>
    public required Estimate MeanIou { get; init; }

    /// <summary>Mean pixel F1 over pictures.</summary>
    public required Estimate MeanF1 { get; init; }

    /// <summary>Mean pixel ROC-AUC over pictures.</summary>
    public required Estimate MeanAuc { get; init; }

    /// <summary>IoU of all pictures' pixels together, so that large regions count more.</summary>
    public required double CumulativeIou { get; init; }

    /// <summary>Pixel F1 of all pictures' pixels together.</summary>
    public required double CumulativeF1 { get; init; }

    /// <summary>Precision of all pictures' pixels together.</summary>
    public required double CumulativePrecision { get; init; }

    /// <summary>Recall of all pictures' pixels together.</summary>
    public required double CumulativeRecall { get; init; }

    /// <summary>Share of pixels judged right, the untouched ones included.</summary>
    public required double PixelAccuracy { get; init; }

    /// <summary>Mean share of pictures that are NOT tampered which is marked all the same; null when there are no such pictures.</summary>
    public double? FalselyMarked { get; init; }

    /// <summary>Measures outcomes; null when no picture is tampered.</summary>
    public static MaskMetrics? Of(IReadOnlyList<PictureOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        PictureOutcome[] tampered = [.. outcomes.Where(o => o.Mask is not null)];
        if (tampered.Length == 0)
        {
            return null;
        }

        MaskCounts all = tampered.Aggregate(default(MaskCounts), (sum, o) => sum + o.Mask!.Value);
        double[] marked = [.. outcomes.Select(o => o.FalselyMarked).OfType<double>()];
        return new MaskMetrics
        {
            MeanIou = Mean(tampered, o => o.Mask!.Value.Iou),
            MeanF1 = Mean(tampered, o => o.Mask!.Value.F1),
            // A mask that covers everything has no ROC curve; it can't rank, which is what one half says.
            MeanAuc = Mean(tampered, o => o.PixelAuc ?? 0.5),
            CumulativeIou = all.Iou,
            CumulativeF1 = all.F1,
            CumulativePrecision = all.Precision,
            CumulativeRecall = all.Recall,
            PixelAccuracy = all.Accuracy,
            FalselyMarked = marked.Length > 0 ? marked.Average() : null,
        };
    }

    private static Estimate Mean(PictureOutcome[] tampered, Func<PictureOutcome, double> value) => Estimate.Of(tampered.Select(o => (value(o), o.Origin)))!;
}

/// <summary>One manipulation or generator.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Kind">Its name in the set.</param>
/// <param name="Accuracy">Share of right verdicts.</param>
/// <param name="MeanIou">Mean IoU over its pictures; null unless tampered.</param>
/// <param name="MeanF1">Mean pixel F1 over its pictures; null unless tampered.</param>
public sealed record KindMetrics(Verdict Class, string Kind, Estimate Accuracy, Estimate? MeanIou = null, Estimate? MeanF1 = null)
{
    internal static IReadOnlyList<KindMetrics> Of(IReadOnlyList<PictureOutcome> outcomes) =>
    [
        .. outcomes.Where(o => o.Kind is not null).GroupBy(o => (o.Label, Kind: o.Kind!)).OrderBy(group => group.Key.Label).ThenBy(group => group.Key.Kind, StringComparer.Ordinal)
            .Select(group => new KindMetrics(
                group.Key.Label,
                group.Key.Kind,
                Estimate.Of(group.Select(o => (o.Verdict == o.Label ? 1.0 : 0.0, o.Origin)))!,
                Estimate.Of(group.Where(o => o.Mask is not null).Select(o => (o.Mask!.Value.Iou, o.Origin))),
                Estimate.Of(group.Where(o => o.Mask is not null).Select(o => (o.Mask!.Value.F1, o.Origin))))),
    ];
}
