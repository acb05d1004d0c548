using Sida.Engine;
using Sida.Engine.Evaluation;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Evaluation;

/// <summary>Verdict and mask metrics against values by hand.</summary>
public sealed class MetricsTests
{
    [Fact]
    public void Mask_counts_by_hand()
    {
        // Predicted 4, true 3, both 2, union 5, all 12.
        BinaryMask truth = new(4, 3, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        MaskCounts counts = MaskCounts.Of([0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], truth);
        Assert.Equal(new MaskCounts(2, 4, 3, 12), counts);
        Assert.Equal(2 / 5.0, counts.Iou, 12);
        Assert.Equal(4 / 7.0, counts.F1, 12);
        Assert.Equal(2 / 4.0, counts.Precision, 12);
        Assert.Equal(2 / 3.0, counts.Recall, 12);
        Assert.Equal(9 / 12.0, counts.Accuracy, 12);
        Assert.Equal(new MaskCounts(4, 8, 6, 24), counts + counts);
        Assert.Throws<ArgumentException>(() => MaskCounts.Of([1], truth));
    }

    [Fact]
    public void An_empty_prediction_is_worth_nothing_and_two_empty_masks_agree()
    {
        MaskCounts missed = new(0, 0, 5, 10);
        Assert.Equal((0, 0, 0, 0), (missed.Iou, missed.F1, missed.Precision, missed.Recall));
        MaskCounts empty = new(0, 0, 0, 10);
        Assert.Equal((1, 1, 1), (empty.Iou, empty.F1, empty.Accuracy));
    }

    [Fact]
    public void Verdict_metrics_by_hand()
    {
        PictureOutcome[] outcomes =
        [
            Picture(Verdict.Real, Verdict.Real, 0.8f, 0.1f, 0.1f),
            Picture(Verdict.Real, Verdict.Tampered, 0.3f, 0.1f, 0.6f),
            Picture(Verdict.FullSynthetic, Verdict.FullSynthetic, 0.1f, 0.8f, 0.1f),
            Picture(Verdict.Tampered, Verdict.Tampered, 0.2f, 0.1f, 0.7f),
            Picture(Verdict.Tampered, Verdict.Real, 0.5f, 0.1f, 0.4f),
            Picture(Verdict.Tampered, null, 1 / 3f, 1 / 3f, 1 / 3f),
        ];
        VerdictMetrics metrics = VerdictMetrics.Of(outcomes);
        Assert.Equal(3 / 6.0, metrics.Accuracy!.Value, 12);
        Assert.Equal(1, metrics.WithoutVerdict);
        Assert.Equal([[1, 0, 1], [0, 1, 0], [1, 0, 1]], metrics.Confusion);
        ClassMetrics tampered = metrics.Classes[(int)Verdict.Tampered];
        Assert.Equal((0.5, 1 / 3.0, 0.4), (tampered.Precision, tampered.Recall!.Value, Math.Round(tampered.F1, 12)));
        // Tampered pictures 0.7, 0.4, 0.333 against 0.1, 0.6, 0.1: seven of nine pairs are in order.
        Assert.Equal(7 / 9.0, tampered.Auc!.Value, 12);
        Assert.Equal(1, metrics.Classes[(int)Verdict.FullSynthetic].Auc!.Value, 12);
        Assert.Equal((0.5 + 1 + 0.4) / 3, metrics.MacroF1, 12);
    }

    [Fact]
    public void Mask_metrics_average_over_pictures_and_sum_over_pixels()
    {
        PictureOutcome large = Picture(Verdict.Tampered, Verdict.Tampered, 0, 0, 1) with { Mask = new MaskCounts(90, 100, 90, 1000), PixelAuc = 0.9 };
        PictureOutcome small = Picture(Verdict.Tampered, Verdict.Real, 1, 0, 0) with { Mask = new MaskCounts(0, 0, 10, 1000), PixelAuc = 0.5, Kind = "blur" };
        PictureOutcome real = Picture(Verdict.Real, Verdict.Tampered, 0, 0, 1) with { FalselyMarked = 0.25 };
        MaskMetrics metrics = MaskMetrics.Of([large, small, real])!;
        Assert.Equal(0.45, metrics.MeanIou.Value, 12);
        Assert.Equal((180 / 190.0) / 2, metrics.MeanF1.Value, 12);
        Assert.Equal(0.7, metrics.MeanAuc.Value, 12);
        Assert.Equal(90 / 110.0, metrics.CumulativeIou, 12);
        Assert.Equal(180 / 200.0, metrics.CumulativeF1, 12);
        Assert.Equal(0.25, metrics.FalselyMarked!.Value, 12);
        Assert.Null(MaskMetrics.Of([real]));
        KindMetrics kind = Assert.Single(KindMetrics.Of([large, small, real]));
        Assert.Equal(("blur", 1, 0.0), (kind.Kind, kind.Accuracy.Pictures, kind.MeanIou!.Value));
    }

    [Fact]
    public void Intervals_hold_the_mean_are_repeatable_and_know_that_pictures_of_one_photograph_belong_together()
    {
        (double, string)[] alone = [.. Enumerable.Range(0, 400).Select(i => (i / 4 % 2 == 0 ? 1.0 : 0.0, i.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        (double, string)[] together = [.. alone.Select((one, i) => (one.Item1, (i / 4).ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        Estimate narrow = Estimate.Of(alone)!;
        Estimate wide = Estimate.Of(together)!;
        Assert.Equal((0.5, 0.5, 400), (narrow.Value, wide.Value, wide.Pictures));
        Assert.Equal(wide, Estimate.Of(together));
        // sqrt(p q / n): 0.025 for 400 independent pictures, 0.05 for 100 groups.
        Assert.InRange(narrow.High - narrow.Low, 0.08, 0.12);
        Assert.InRange(wide.High - wide.Low, 0.16, 0.24);
        Assert.Null(Estimate.Of([]));
        Assert.Equal(new Estimate(0, 0, 0, 1), Estimate.Of([(0.0, "x")]));
    }

    private static PictureOutcome Picture(Verdict label, Verdict? said, float real, float synthetic, float tampered) => new()
    {
        File = $"{label}/x.png",
        Label = label,
        Verdict = said,
        Probabilities = [real, synthetic, tampered],
        Origin = Guid.NewGuid().ToString(),
    };
}
