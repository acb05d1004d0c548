namespace Sida.Engine.Imaging;

/// <summary>A picture with what is known about the file that it came from.</summary>
/// <param name="Image">Its pixels, upright: the file's orientation is applied.</param>
/// <param name="Sha256">SHA-256 of the file's bytes as they were given, 64 lower-case hexadecimal digits: the picture's name.</param>
/// <param name="Format">The file's format by its first bytes.</param>
/// <param name="StoredWidth">Columns as stored in the file, before the orientation was applied.</param>
/// <param name="StoredHeight">Rows as stored in the file, before the orientation was applied.</param>
/// <param name="Orientation">EXIF orientation, 1..8; 1 is upright.</param>
/// <param name="Frames">Pages or frames in the file, of which this is the first.</param>
public sealed record DecodedImage(
    RgbImage Image, string Sha256, ImageFormat Format, int StoredWidth, int StoredHeight, int Orientation, int Frames);
