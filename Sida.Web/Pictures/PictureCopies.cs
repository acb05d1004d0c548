using Sida.Engine.Imaging;

namespace Sida.Web.Pictures;

/// <summary>The copies of a picture that are served: decoded, made smaller and encoded anew, so nothing but pixels is left.</summary>
/// <param name="Display">JPEG for reading and zooming.</param>
/// <param name="Thumbnail">JPEG for lists.</param>
internal sealed record PictureCopies(byte[] Display, byte[] Thumbnail)
{
    private const int DisplaySide = 2560;
    private const int ThumbnailSide = 320;
    private const int Quality = 92;

    public static PictureCopies Make(RgbImage image)
    {
        RgbImage display = ImageScaler.Fit(image, DisplaySide);
        return new PictureCopies(ImageEncoder.EncodeJpeg(display, Quality), ImageEncoder.EncodeJpeg(ImageScaler.Fit(display, ThumbnailSide), Quality));
    }
}
