namespace Sida.Engine.Imaging;

/// <summary>Which pixels of a picture are marked. Immutable.</summary>
public sealed class BinaryMask
{
    /// <summary>Wraps pixel values; they are not copied.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="values">Shape (height, width), row-major, each 0 or 1.</param>
    /// <exception cref="ArgumentException">The number of values is not height * width, or one is neither 0 nor 1.</exception>
    public BinaryMask(int width, int height, byte[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)width * height)
        {
            throw new ArgumentException($"{values.LongLength} values for {width} x {height} pixels.", nameof(values));
        }

        if (values.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new ArgumentException("A mask's values are 0 or 1.", nameof(values));
        }

        Width = width;
        Height = height;
        Values = values;
        ForegroundPixels = values.AsSpan().Count((byte)1);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Shape (height, width), row-major, each 0 or 1.</summary>
    public byte[] Values { get; }

    /// <summary>Number of marked pixels.</summary>
    public int ForegroundPixels { get; }

    /// <summary>Marked pixels as a part of all, 0..1.</summary>
    public double Share => ForegroundPixels / ((double)Width * Height);

    /// <summary>Row <paramref name="y"/> of the values, shape (width).</summary>
    public ReadOnlySpan<byte> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>The smallest rectangle around the marked pixels; null when none is.</summary>
    public PixelRectangle? FindBounds()
    {
        (int left, int right, int top, int bottom) = (Width, -1, -1, -1);
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> row = Row(y);
            int first = row.IndexOf((byte)1);
            if (first < 0)
            {
                continue;
            }

            top = top < 0 ? y : top;
            bottom = y;
            left = Math.Min(left, first);
            right = Math.Max(right, row.LastIndexOf((byte)1));
        }

        return top < 0 ? null : new PixelRectangle(left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>In which ninth of the picture the marked pixels' centre of gravity lies; null when none is marked.</summary>
    public MaskPlace? FindPlace()
    {
        if (ForegroundPixels == 0)
        {
            return null;
        }

        (long sumX, long sumY) = (0, 0);
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> row = Row(y);
            for (int x = row.IndexOf((byte)1); x >= 0 && x < Width; x++)
            {
                sumX += row[x] == 0 ? 0 : x;
                sumY += row[x] == 0 ? 0 : y;
            }
        }

        int column = (int)(((double)sumX / ForegroundPixels + 0.5) * 3 / Width);
        int line = (int)(((double)sumY / ForegroundPixels + 0.5) * 3 / Height);
        return (MaskPlace)((line * 3) + column);
    }

    /// <summary>One byte a pixel: 0, and <paramref name="foreground"/> where it is marked.</summary>
    public byte[] ToGrey(byte foreground)
    {
        byte[] grey = new byte[Values.Length];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)(Values[i] * foreground);
        }

        return grey;
    }
}
