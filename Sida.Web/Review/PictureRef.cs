namespace Sida.Web.Review;

/// <summary>A picture of an item. Its bytes lie in the <see cref="Pictures.PictureStore"/> under their hash.</summary>
/// <param name="Sha256">Of the original bytes, lower-case hexadecimal.</param>
/// <param name="FileName">The name that its file had: a stranger's text.</param>
/// <param name="Format">Jpeg, Png, WebP ...: what the bytes are.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
public sealed record PictureRef(string Sha256, string FileName, string Format, int Width, int Height);
