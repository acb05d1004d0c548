using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Forensics;

/// <summary>
/// Helpers for an expert's own judgement: what a picture's file says, and views that make traces visible. None of them is a verdict. They
/// show the uploaded file's metadata, its place included, so they are for members of the item's project only.
/// </summary>
internal sealed class ForensicsService(ItemPictures items, PictureStore store, PictureIntake intake)
{
    /// <summary>Pixels of the longer side of a view.</summary>
    private const int MostSide = 2048;

    private const int Quality = 92;

    /// <summary>What the file says.</summary>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    public async Task<PictureFacts> ReadAsync(Caller caller, Guid itemId, CancellationToken cancellation) =>
        await ReadAsync(await items.FindAsync(caller, itemId, cancellation), cancellation);

    /// <summary>The same for a picture that the caller was checked for.</summary>
    public async Task<PictureFacts> ReadAsync(PictureRef picture, CancellationToken cancellation)
    {
        byte[] file = await File.ReadAllBytesAsync(store.OriginalPath(picture.Sha256), cancellation);
        return await Task.Run(() => PictureFactsReader.Read(picture, file), cancellation);
    }

    /// <summary>A view as JPEG, scaled down where it is large.</summary>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    /// <exception cref="RequestException">The gain is out of range.</exception>
    public async Task<IResult> ViewAsync(Caller caller, Guid itemId, ForensicView view, int gain, CancellationToken cancellation)
    {
        if (gain is < 1 or > ForensicViews.MostGain)
        {
            throw new RequestException($"gain is {gain}; it must be between 1 and {ForensicViews.MostGain}.");
        }

        PictureRef picture = await items.FindAsync(caller, itemId, cancellation);
        byte[] jpeg = await intake.UseAsync(
            store.OriginalPath(picture.Sha256),
            decoded => ImageEncoder.EncodeJpeg(ImageScaler.Fit(ForensicViews.Compute(decoded.Image, view, gain, cancellation), MostSide), Quality),
            cancellation);
        return PictureRoutes.Immutable(jpeg, "image/jpeg", $"{picture.Sha256}-{view}-{gain}");
    }
}
