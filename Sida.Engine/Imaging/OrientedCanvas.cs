namespace Sida.Engine.Imaging;

/// <summary>Takes a picture's stored rows from the top down and puts each pixel where it belongs once the picture stands upright.</summary>
internal sealed class OrientedCanvas
{
    private const int Channels = 3;
    private readonly int _storedWidth;
    private readonly int _origin;
    private readonly int _stepX;
    private readonly int _stepY;
    private byte[]? _pixels;

    /// <summary>Prepares; memory is only taken when the first rows arrive, so that a header alone can't ask for any.</summary>
    /// <param name="storedWidth">Columns as stored.</param>
    /// <param name="storedHeight">Rows as stored.</param>
    /// <param name="orientation">EXIF orientation 1..8 (EXIF 2.3, tag 274: which corner the first stored row and column show).</param>
    public OrientedCanvas(int storedWidth, int storedHeight, int orientation)
    {
        _storedWidth = storedWidth;
        bool turned = orientation >= 5;
        Width = turned ? storedHeight : storedWidth;
        Height = turned ? storedWidth : storedHeight;

        // Stored x runs along the upright picture's rows, or down its columns when turned; from the far end where mirrored.
        bool xMirrored = orientation is 2 or 3 or 7 or 8;
        bool yMirrored = orientation is 3 or 4 or 6 or 7;
        int alongX = (turned ? Width : 1) * Channels;
        int alongY = (turned ? 1 : Width) * Channels;
        _stepX = xMirrored ? -alongX : alongX;
        _stepY = yMirrored ? -alongY : alongY;
        _origin = (xMirrored ? (storedWidth - 1) * alongX : 0) + (yMirrored ? (storedHeight - 1) * alongY : 0);
    }

    /// <summary>Columns of the upright picture.</summary>
    public int Width { get; }

    /// <summary>Rows of the upright picture.</summary>
    public int Height { get; }

    /// <summary>Puts stored rows in place.</summary>
    /// <param name="firstRow">Stored index of the first one.</param>
    /// <param name="rows">Shape (rows, stored width, 3).</param>
    public void Write(int firstRow, ReadOnlySpan<byte> rows)
    {
        _pixels ??= GC.AllocateUninitializedArray<byte>(checked(Width * Height * Channels));
        int count = rows.Length / (_storedWidth * Channels);
        int start = _origin + (firstRow * _stepY);
        if (_stepX == Channels && _stepY == _storedWidth * Channels)
        {
            rows.CopyTo(_pixels.AsSpan(start));
            return;
        }

        // Down the strip first: when the picture is turned, that is along the rows of the upright one.
        for (int x = 0; x < _storedWidth; x++)
        {
            for (int y = 0; y < count; y++)
            {
                rows.Slice(((y * _storedWidth) + x) * Channels, Channels).CopyTo(_pixels.AsSpan(start + (x * _stepX) + (y * _stepY), Channels));
            }
        }
    }

    /// <summary>The upright picture, once all rows are written.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    public RgbImage ToImage() => new(Width, Height, _pixels ?? throw new InvalidOperationException("No rows were written."));
}
