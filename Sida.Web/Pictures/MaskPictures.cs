using Microsoft.EntityFrameworkCore;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Pictures;

/// <summary>Masks and overlays as files.</summary>
internal sealed class MaskPictures(AccessService access, PictureStore store, PictureIntake intake)
{
    private const int OverlayQuality = 92;

    /// <summary>A mask as PNG of the picture's own size: 255 where the picture was tampered with, 0 elsewhere.</summary>
    /// <exception cref="NotFoundException">There is no such mask.</exception>
    public async Task<IResult> MaskAsync(Caller caller, Guid analysisId, int index, CancellationToken cancellation)
    {
        Mask mask = await FindAsync(caller, analysisId, index, cancellation);
        return PictureRoutes.Immutable(Png(mask), "image/png", $"{analysisId}-{index}-{PictureAddress.Version(mask.Rle)}");
    }

    /// <summary>The picture with the mask painted over it, as the official program saves it, as JPEG.</summary>
    /// <exception cref="NotFoundException">There is no such mask.</exception>
    public async Task<IResult> OverlayAsync(Caller caller, Guid analysisId, int index, CancellationToken cancellation)
    {
        Mask mask = await FindAsync(caller, analysisId, index, cancellation);
        byte[] jpeg = await OverlayAsync(mask, mask.Analysis!.Picture!.Sha256, cancellation);
        return PictureRoutes.Immutable(jpeg, "image/jpeg", $"{analysisId}-{index}-{PictureAddress.Version(mask.Rle)}-overlay");
    }

    public static byte[] Png(Mask mask) => ImageEncoder.EncodePng(Decode(mask));

    public async Task<byte[]> OverlayAsync(Mask mask, string sha256, CancellationToken cancellation) => await intake.UseAsync(
        store.OriginalPath(sha256),
        decoded => ImageEncoder.EncodeJpeg(MaskOverlay.Paint(decoded.Image, Decode(mask)), OverlayQuality),
        cancellation);

    private async Task<Mask> FindAsync(Caller caller, Guid analysisId, int index, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        return await db.Masks.AsNoTracking().Include(row => row.Analysis!.Picture).FirstOrDefaultAsync(row => row.AnalysisId == analysisId && row.Index == index, cancellation)
            ?? throw new NotFoundException("There is no such mask.");
    }

    private static BinaryMask Decode(Mask mask) => RunLengthCode.Parse(mask.Width, mask.Height, mask.Rle).Decode();
}
