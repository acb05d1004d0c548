namespace Sida.Engine.Imaging;

/// <summary>A map of logits, one a pixel: above 0 where the model sees tampering.</summary>
public sealed class MaskLogits
{
    /// <summary>Wraps values; they are not copied.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="values">Shape (height, width), row-major.</param>
    /// <exception cref="ArgumentException">The number of values is not height * width.</exception>
    public MaskLogits(int width, int height, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)width * height)
        {
            throw new ArgumentException($"{values.LongLength} logits for {width} x {height} pixels.", nameof(values));
        }

        Width = width;
        Height = height;
        Values = values;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Shape (height, width), row-major.</summary>
    public float[] Values { get; }

    /// <summary>The map resampled to width x height as torch does it (bilinear, align_corners false, no antialias).</summary>
    internal MaskLogits Resample(int width, int height) => Resample(width, height, width, height);

    /// <summary>The top left <paramref name="columns"/> x <paramref name="rows"/> part of the map resampled to width x height.</summary>
    internal MaskLogits Resample(int width, int height, int columns, int rows)
    {
        var resampled = new BilinearRows(this, width, height, columns, rows);
        float[] values = new float[checked(columns * rows)];
        for (int y = 0; y < rows; y++)
        {
            resampled.Compute(y, values.AsSpan(y * columns, columns));
        }

        return new MaskLogits(columns, rows, values);
    }

    /// <summary>The pixels whose logit, once the map is resampled to width x height, is above 0. The resampled map itself is never held.</summary>
    internal BinaryMask ResampleToMask(int width, int height)
    {
        var resampled = new BilinearRows(this, width, height, width, height);
        byte[] mask = new byte[checked(width * height)];
        float[] row = new float[width];
        for (int y = 0; y < height; y++)
        {
            resampled.Compute(y, row);
            Span<byte> output = mask.AsSpan(y * width, width);
            for (int x = 0; x < width; x++)
            {
                output[x] = row[x] > 0 ? (byte)1 : (byte)0;
            }
        }

        return new BinaryMask(width, height, mask);
    }
}
