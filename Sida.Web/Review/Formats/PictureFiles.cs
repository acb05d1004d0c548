using Sida.Engine.Imaging;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Formats;

/// <summary>
/// Pictures as files of an export. Unless the original itself is wanted, no metadata goes along: a training set needs no places and serial
/// numbers. A JPEG that stands upright keeps its every pixel: only what is not picture is cut out.
/// </summary>
internal sealed class PictureFiles(PictureStore store, PictureIntake intake)
{
    /// <summary>Of pictures that must become JPEG.</summary>
    public const int Quality = 95;

    /// <summary>The uploaded file, byte for byte.</summary>
    public Task<byte[]> OriginalAsync(PictureRef picture, CancellationToken cancellation) => File.ReadAllBytesAsync(store.OriginalPath(picture.Sha256), cancellation);

    /// <summary>A JPEG of the upright picture.</summary>
    public async Task<byte[]> JpegAsync(PictureRef picture, CancellationToken cancellation)
    {
        if (picture.Format == nameof(ImageFormat.Jpeg))
        {
            byte[] original = await OriginalAsync(picture, cancellation);
            if (JpegWithoutMetadata.Make(original) is { } same && await IsUprightAsync(picture, cancellation))
            {
                return same;
            }
        }

        return await intake.UseAsync(store.OriginalPath(picture.Sha256), decoded => ImageEncoder.EncodeJpeg(decoded.Image, Quality), cancellation);
    }

    /// <summary>A PNG with exactly the pixels that models see.</summary>
    public Task<byte[]> PngAsync(PictureRef picture, CancellationToken cancellation) =>
        intake.UseAsync(store.OriginalPath(picture.Sha256), decoded => ImageEncoder.EncodePng(decoded.Image), cancellation);

    private Task<bool> IsUprightAsync(PictureRef picture, CancellationToken cancellation) =>
        intake.UseAsync(store.OriginalPath(picture.Sha256), decoded => decoded.Orientation == 1, cancellation);
}
