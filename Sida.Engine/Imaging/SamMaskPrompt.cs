namespace Sida.Engine.Imaging;

/// <summary>
/// A mask as the logits that SAM takes as its mask prompt. SAM itself only ever gets logits of its own earlier run, in the low-resolution
/// frame of the padded picture; a mask that somebody drew is brought to that form: the share of each cell that is marked, spread over
/// -10..10, the scale on which SAM 2's official code gives given masks to the same network.
/// </summary>
internal static class SamMaskPrompt
{
    private const float Scale = 20;
    private const float Bias = -10;

    /// <summary>Brings a mask into the frame; the padding counts as unmarked.</summary>
    /// <param name="mask">A mask of the picture's size.</param>
    /// <param name="frame">How the picture lies in the encoder's frame.</param>
    /// <param name="side">4g, side of the low-resolution frame.</param>
    /// <returns>Shape (side, side).</returns>
    public static float[] ToLogits(BinaryMask mask, SamMask frame, int side)
    {
        double cellWidth = (double)frame.FrameSize / side * mask.Width / frame.Content.Width;
        double cellHeight = (double)frame.FrameSize / side * mask.Height / frame.Content.Height;
        double[] marked = new double[side * side];
        double[] row = new double[side];
        int[] before = new int[mask.Width + 1];
        for (int y = 0; y < mask.Height; y++)
        {
            SumRow(mask.Row(y), before, cellWidth, row);
            int firstCell = Math.Min((int)(y / cellHeight), side - 1);
            for (int cell = firstCell; cell < side && cell * cellHeight < y + 1; cell++)
            {
                double height = Math.Min(y + 1, (cell + 1) * cellHeight) - Math.Max(y, cell * cellHeight);
                for (int x = 0; x < side; x++)
                {
                    marked[(cell * side) + x] += row[x] * height;
                }
            }
        }

        double area = cellWidth * cellHeight;
        return [.. marked.Select(sum => (float)((Scale * Math.Clamp(sum / area, 0, 1)) + Bias))];
    }

    /// <summary>How much of each cell's width is marked in one row of pixels.</summary>
    private static void SumRow(ReadOnlySpan<byte> pixels, int[] before, double cellWidth, double[] row)
    {
        for (int x = 0; x < pixels.Length; x++)
        {
            before[x + 1] = before[x] + pixels[x];
        }

        double left = 0;
        for (int cell = 0; cell < row.Length; cell++)
        {
            double right = MarkedUpTo((cell + 1) * cellWidth, pixels, before);
            row[cell] = right - left;
            left = right;
        }
    }

    private static double MarkedUpTo(double x, ReadOnlySpan<byte> pixels, int[] before)
    {
        int whole = (int)Math.Min(x, pixels.Length);
        return whole == pixels.Length ? before[whole] : before[whole] + ((x - whole) * pixels[whole]);
    }
}
