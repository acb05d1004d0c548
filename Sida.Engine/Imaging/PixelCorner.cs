namespace Sida.Engine.Imaging;

/// <summary>A corner between pixels: (0, 0) is the upper left corner of the picture, (Width, Height) its lower right one.</summary>
/// <param name="X">Columns from the left edge.</param>
/// <param name="Y">Rows from the upper edge.</param>
public readonly record struct PixelCorner(double X, double Y);
