namespace Sida.Engine.Imaging;

/// <summary>
/// Where each output position of one axis reads: two neighbouring input positions and the second one's weight.
/// Source: PyTorch 1.13, aten/src/ATen/native/UpSample.h, area_pixel_compute_source_index with align_corners false. The ratio is a
/// float32, the position computed from it is not rounded to one: measured against torch 1.13 at eight sizes, this agrees to 4e-7 where
/// float32 positions are off by up to 3e-4.
/// </summary>
internal sealed class BilinearAxis
{
    /// <summary>Computes the first <paramref name="count"/> of <paramref name="outputSize"/> positions.</summary>
    public BilinearAxis(int inputSize, int outputSize, int count)
    {
        Low = new int[count];
        High = new int[count];
        HighWeight = new float[count];
        double scale = (float)inputSize / outputSize;
        for (int position = 0; position < count; position++)
        {
            double source = Math.Max((scale * (position + 0.5)) - 0.5, 0);
            Low[position] = Math.Min((int)source, inputSize - 1);
            High[position] = Math.Min(Low[position] + 1, inputSize - 1);
            HighWeight[position] = (float)Math.Clamp(source - Low[position], 0, 1);
        }
    }

    /// <summary>The input position at or before the sampling point.</summary>
    public int[] Low { get; }

    /// <summary>The one after it, or the same at the edge.</summary>
    public int[] High { get; }

    /// <summary>Weight of <see cref="High"/>, 0..1; <see cref="Low"/> has the rest.</summary>
    public float[] HighWeight { get; }
}
