namespace Sida.Web.Tests.Engine.Vision;

/// <summary>The regular samples of large tensors that goldens keep.</summary>
internal static class Strided
{
    /// <summary>[:, offset::step, offset'::step] of (c, h, w), the offset on the rows only or on both.</summary>
    public static float[] ChannelsFirst(float[] values, int channels, int height, int width, int step, int rowOffset = 0, int columnOffset = 0)
    {
        Assert.Equal(channels * height * width, values.Length);
        return [.. from c in Enumerable.Range(0, channels)
                   from y in Every(rowOffset, height, step)
                   from x in Every(columnOffset, width, step)
                   select values[(((c * height) + y) * width) + x]];
    }

    /// <summary>[::step, ::step, :] of (h, w, c).</summary>
    public static float[] ChannelsLast(float[] values, int height, int width, int channels, int step)
    {
        Assert.Equal(channels * height * width, values.Length);
        return [.. from y in Every(0, height, step)
                   from x in Every(0, width, step)
                   from c in Enumerable.Range(0, channels)
                   select values[(((y * width) + x) * channels) + c]];
    }

    private static IEnumerable<int> Every(int first, int end, int step)
    {
        for (int i = first; i < end; i += step)
        {
            yield return i;
        }
    }
}
