using Sida.Web.Access;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review;

/// <summary>The picture of an item, for what needs nothing else of it.</summary>
internal sealed class ItemPictures(AccessService access)
{
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    public async Task<PictureRef> FindAsync(Caller caller, Guid itemId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewItemAsync(caller, itemId, ProjectRole.Annotator, cancellation);
        return (await ItemReader.FindAsync(scope, itemId, cancellation)).Picture;
    }
}
