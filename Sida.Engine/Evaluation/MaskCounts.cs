using Sida.Engine.Imaging;

namespace Sida.Engine.Evaluation;

/// <summary>How a predicted mask and the true one meet, in pixels.</summary>
/// <param name="Both">Marked in both.</param>
/// <param name="Predicted">Marked in the prediction.</param>
/// <param name="True">Marked in the truth.</param>
/// <param name="All">All pixels.</param>
public readonly record struct MaskCounts(long Both, long Predicted, long True, long All)
{
    /// <summary>Intersection over union; 1 when both are empty.</summary>
    public double Iou => Union == 0 ? 1 : (double)Both / Union;

    /// <summary>2 TP / (2 TP + FP + FN); 1 when both are empty.</summary>
    public double F1 => Predicted + True == 0 ? 1 : 2.0 * Both / (Predicted + True);

    /// <summary>Share of the predicted pixels that are true; 0 when none is predicted.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Both / Predicted;

    /// <summary>Share of the true pixels that are predicted; 0 when there are none.</summary>
    public double Recall => True == 0 ? 0 : (double)Both / True;

    /// <summary>Share of pixels where both agree, the unmarked ones included.</summary>
    public double Accuracy => All == 0 ? 1 : (double)(All - (Union - Both)) / All;

    private long Union => Predicted + True - Both;

    /// <summary>Counts of two masks of the same size.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static MaskCounts Of(ReadOnlySpan<byte> predicted, BinaryMask truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Length != truth.Values.Length)
        {
            throw new ArgumentException($"{predicted.Length} predicted pixels for {truth.Values.Length} true ones.", nameof(predicted));
        }

        (long both, long marked) = (0, 0);
        for (int i = 0; i < predicted.Length; i++)
        {
            both += predicted[i] & truth.Values[i];
            marked += predicted[i];
        }

        return new MaskCounts(both, marked, truth.ForegroundPixels, predicted.Length);
    }

    /// <summary>Counts over both pictures' pixels together.</summary>
    public static MaskCounts operator +(MaskCounts a, MaskCounts b) => new(a.Both + b.Both, a.Predicted + b.Predicted, a.True + b.True, a.All + b.All);

    /// <summary>Counts over both pictures' pixels together.</summary>
    public static MaskCounts Add(MaskCounts left, MaskCounts right) => left + right;
}
