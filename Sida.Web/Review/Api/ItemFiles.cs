using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Api;

/// <summary>The picture and the masks of an item as files, for members only.</summary>
internal sealed class ItemFiles(AccessService access, ItemService items, EditingService editing, PictureStore store, PictureIntake intake)
{
    private const int ThumbnailSide = 320;
    private const int DisplaySide = 2560;
    private const int FullQuality = 95;
    private const byte HalfGrey = 128;

    /// <summary>The picture upright and without metadata, in its own size or smaller.</summary>
    /// <param name="caller">A member.</param>
    /// <param name="itemId">Of which item.</param>
    /// <param name="longest">Pixels that the longer side should about have; null for the picture's own size.</param>
    /// <param name="cancellation">Stops decoding.</param>
    public async Task<IResult> PictureAsync(Caller caller, Guid itemId, int? longest, CancellationToken cancellation)
    {
        PictureRef picture;
        await using (ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation))
        {
            picture = (await ItemReader.FindAsync(scope, itemId, cancellation)).Picture;
        }

        if (longest is < 1)
        {
            throw new RequestException("longest is a number of pixels.");
        }

        PictureCopy copy = longest <= ThumbnailSide ? PictureCopy.Thumbnail : PictureCopy.Display;
        if (longest <= DisplaySide || Math.Max(picture.Width, picture.Height) <= DisplaySide)
        {
            return PictureRoutes.Immutable(store.CopyPath(picture.Sha256, copy), "image/jpeg", $"{picture.Sha256}-{copy}");
        }

        byte[] jpeg = await intake.UseAsync(store.OriginalPath(picture.Sha256), decoded => ImageEncoder.EncodeJpeg(decoded.Image, FullQuality), cancellation);
        return PictureRoutes.Immutable(jpeg, "image/jpeg", $"{picture.Sha256}-full");
    }

    /// <summary>The mask that the editor shows first: the latest version's or else the model's. All unmarked where there is none.</summary>
    public async Task<IResult> MaskAsync(Caller caller, Guid itemId, Guid? line, CancellationToken cancellation)
    {
        ItemView item = await items.GetAsync(caller, itemId, line, cancellation);
        return Png((item.Current?.Annotation ?? item.Model)?.Mask, item.Picture);
    }

    /// <summary>The mask that the model made.</summary>
    public async Task<IResult> ModelMaskAsync(Caller caller, Guid itemId, CancellationToken cancellation)
    {
        ItemView item = await items.GetAsync(caller, itemId, null, cancellation);
        return Png(item.Model?.Mask, item.Picture);
    }

    /// <summary>The mask of a version.</summary>
    public async Task<IResult> VersionMaskAsync(Caller caller, Guid itemId, Guid? line, int number, CancellationToken cancellation)
    {
        ItemView item = await items.GetAsync(caller, itemId, line, cancellation);
        return Png((await editing.VersionAsync(caller, itemId, line, number, cancellation)).Annotation.Mask, item.Picture);
    }

    /// <summary>Saves a mask that came as a picture, with everything else as it was, as a draft of the caller.</summary>
    /// <exception cref="RequestException">It hasn't the picture's size.</exception>
    public async Task<VersionView> SaveMaskAsync(Caller caller, Guid itemId, Guid? line, int basedOn, Stream body, CancellationToken cancellation)
    {
        ItemView item = await items.GetAsync(caller, itemId, line, cancellation);
        ReceivedFile file = await intake.ReceiveAsync(body, cancellation);
        MaskCode mask;
        try
        {
            mask = await intake.UseAsync(file.Path, decoded => Read(decoded.Image, item.Picture), cancellation);
        }
        finally
        {
            File.Delete(file.Path);
        }

        Annotation before = item.Current?.Annotation ?? item.Model ?? new Annotation();
        return await editing.SaveAsync(caller, itemId, before with { Mask = mask }, basedOn, draft: true, line, cancellation);
    }

    private static MaskCode Read(RgbImage image, PictureRef picture)
    {
        if (image.Width != picture.Width || image.Height != picture.Height)
        {
            throw new RequestException($"The mask is {image.Width} x {image.Height}, the picture {picture.Width} x {picture.Height}. Send it in the picture's size.");
        }

        byte[] values = new byte[image.Width * image.Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (byte)(image.Pixels[i * 3] >= HalfGrey ? 1 : 0);
        }

        return MaskCode.Of(new BinaryMask(image.Width, image.Height, values));
    }

    private static FileContentHttpResult Png(MaskCode? code, PictureRef picture)
    {
        BinaryMask mask = code?.ToMask() ?? new BinaryMask(picture.Width, picture.Height, new byte[picture.Width * picture.Height]);
        return TypedResults.Bytes(ImageEncoder.EncodePng(mask), "image/png");
    }
}
