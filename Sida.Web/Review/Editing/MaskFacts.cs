using Sida.Engine.Imaging;

namespace Sida.Web.Review.Editing;

/// <summary>What queues and dashboards ask of a mask.</summary>
/// <param name="Place">In which ninth of the picture it lies.</param>
/// <param name="Share">The marked part of the picture.</param>
internal readonly record struct MaskFacts(MaskPlace? Place, double? Share)
{
    /// <summary>Of a mask; nothing for none.</summary>
    public static MaskFacts Of(MaskCode? code)
    {
        if (code is null)
        {
            return default;
        }

        // The centre of gravity from the runs, as BinaryMask.FindPlace has it, without unpacking a large picture.
        (long marked, double sumX, double sumY, long at) = (0, 0, 0, 0);
        int[] counts = code.ToRuns().Counts;
        for (int i = 0; i < counts.Length; i++)
        {
            for (int left = counts[i]; (i & 1) == 1 && left > 0;)
            {
                (long x, long y) = Math.DivRem(at, code.Height);
                int rows = (int)Math.Min(left, code.Height - y);
                marked += rows;
                sumX += (double)x * rows;
                sumY += (y + ((rows - 1) / 2.0)) * rows;
                at += rows;
                left -= rows;
            }

            at += (i & 1) == 1 ? 0 : counts[i];
        }

        if (marked == 0)
        {
            return default;
        }

        int column = (int)(((sumX / marked) + 0.5) * 3 / code.Width);
        int line = (int)(((sumY / marked) + 0.5) * 3 / code.Height);
        return new MaskFacts((MaskPlace)((line * 3) + column), marked / ((double)code.Width * code.Height));
    }
}
