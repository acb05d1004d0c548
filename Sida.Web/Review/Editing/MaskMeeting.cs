using Sida.Engine.Evaluation;
using Sida.Engine.Imaging;

namespace Sida.Web.Review.Editing;

/// <summary>How two masks meet, counted on their runs: no pixel is unpacked.</summary>
internal static class MaskMeeting
{
    /// <summary>Marked pixels.</summary>
    public static long Marked(RunLengthCode runs)
    {
        long marked = 0;
        for (int i = 1; i < runs.Counts.Length; i += 2)
        {
            marked += runs.Counts[i];
        }

        return marked;
    }

    /// <summary>The counts of two masks of the same picture; nothing is marked where there is none.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static MaskCounts Of(MaskCode? first, MaskCode? second)
    {
        if (first is null || second is null)
        {
            MaskCode? only = first ?? second;
            long marked = only is null ? 0 : Marked(only.ToRuns());
            long all = only is null ? 0 : (long)only.Width * only.Height;
            return new MaskCounts(0, first is null ? 0 : marked, second is null ? 0 : marked, all);
        }

        return Of(first.ToRuns(), second.ToRuns());
    }

    /// <summary>The counts of two masks of the same picture.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static MaskCounts Of(RunLengthCode first, RunLengthCode second)
    {
        if (first.Width != second.Width || first.Height != second.Height)
        {
            throw new ArgumentException($"A mask of {first.Width} x {first.Height} and one of {second.Width} x {second.Height}.", nameof(second));
        }

        long both = 0;
        (int i, int j) = (-1, -1);
        (long endOfFirst, long endOfSecond, long at) = (0, 0, 0);
        long all = (long)first.Width * first.Height;
        while (at < all)
        {
            while (endOfFirst <= at)
            {
                endOfFirst += first.Counts[++i];
            }

            while (endOfSecond <= at)
            {
                endOfSecond += second.Counts[++j];
            }

            long next = Math.Min(endOfFirst, endOfSecond);
            both += (i & j & 1) * (next - at);
            at = next;
        }

        return new MaskCounts(both, Marked(first), Marked(second), all);
    }
}
