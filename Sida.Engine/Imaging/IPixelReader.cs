namespace Sida.Engine.Imaging;

/// <summary>A picture file whose header has been read and checked, and whose pixels are not yet decoded.</summary>
internal interface IPixelReader : IDisposable
{
    /// <summary>Stored columns.</summary>
    int Width { get; }

    /// <summary>Stored rows.</summary>
    int Height { get; }

    /// <summary>EXIF orientation, 1..8.</summary>
    int Orientation { get; }

    /// <summary>Pages or frames.</summary>
    int Frames { get; }

    /// <summary>How many rows to ask for at a time.</summary>
    int StripRows { get; }

    /// <summary>Decodes the next rows; asked for from the top down, <see cref="StripRows"/> at a time.</summary>
    /// <param name="firstRow">Stored index of the first one.</param>
    /// <param name="rows">Shape (rows, width, 3).</param>
    /// <exception cref="ImageException">The file is damaged.</exception>
    void Read(int firstRow, Span<byte> rows);
}
