using Sida.Web.Data;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Takes pictures of a set into the store, as uploads are taken: counted, hashed, decoded within limits.</summary>
internal sealed class PictureTaker(PictureIntake intake, PictureStore store, DataFolder folder)
{
    /// <exception cref="Sida.Engine.ImageException">It is damaged, too large, or no picture that Sida reads.</exception>
    /// <exception cref="Access.LimitException">It is too large, or the disk is full.</exception>
    public async Task<PictureRef> TakeAsync(Stream body, string name, CancellationToken cancellation)
    {
        if (folder.IsNearlyFull)
        {
            throw new Access.LimitException("The server's disk is nearly full. Tell its operator; the import goes on where it stopped when it is started again.");
        }

        ReceivedFile file = await intake.ReceiveAsync(body, cancellation);
        try
        {
            DecodedUpload decoded = await intake.DecodeAsync(file, cancellation);
            await store.CommitAsync(file.Sha256, file.Path, decoded.Copies, cancellation);
            return new PictureRef(file.Sha256, PictureName.Clean(name), decoded.Format.ToString(), decoded.Width, decoded.Height);
        }
        finally
        {
            File.Delete(file.Path);
        }
    }
}
