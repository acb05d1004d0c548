namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>Relative position tables of one axis (SAM's <c>get_rel_pos</c>), laid out for a matrix product with the queries.</summary>
internal static class RelativePositions
{
    /// <summary>The table transposed for each query position: result[q, c, k] = table[q - k + side - 1, c].</summary>
    /// <param name="table">Shape (length, channels); interpolated linearly when length is not 2 side - 1.</param>
    /// <param name="channels">Channels of one head.</param>
    /// <param name="side">Query and key positions along the axis.</param>
    /// <param name="scale">Multiplies every number.</param>
    /// <returns>Shape (side, channels, side).</returns>
    public static float[] PerQuery(float[] table, int channels, int side, float scale)
    {
        float[] fitted = Interpolate(table, channels, (2 * side) - 1);
        var result = new float[side * channels * side];
        for (int q = 0; q < side; q++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int k = 0; k < side; k++)
                {
                    result[(((q * channels) + c) * side) + k] = fitted[((q - k + side - 1) * channels) + c] * scale;
                }
            }
        }

        return result;
    }

    /// <summary>torch's <c>interpolate(mode="linear", align_corners=False)</c> along the first axis.</summary>
    public static float[] Interpolate(float[] table, int channels, int length)
    {
        int stored = table.Length / channels;
        if (stored == length)
        {
            return table;
        }

        var result = new float[length * channels];
        for (int i = 0; i < length; i++)
        {
            double position = Math.Max(0, ((i + 0.5) * stored / length) - 0.5);
            int below = Math.Min((int)position, stored - 1);
            int above = Math.Min(below + 1, stored - 1);
            double weight = position - below;
            for (int c = 0; c < channels; c++)
            {
                result[(i * channels) + c] = (float)(((1 - weight) * table[(below * channels) + c]) + (weight * table[(above * channels) + c]));
            }
        }

        return result;
    }
}
