namespace Sida.Engine.Imaging;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">Leftmost column, from 0.</param>
/// <param name="Y">Topmost row, from 0.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelRectangle(int X, int Y, int Width, int Height);
