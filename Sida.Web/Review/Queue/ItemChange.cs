using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>
/// Changes an item. Every change raises the item's revision, so of two at the same moment the database takes one; the other is tried
/// again on what is there then, and either fits still or says why not.
/// </summary>
internal static class ItemChange
{
    private const int MaxTries = 8;

    /// <exception cref="NotFoundException">There is no such item in the project.</exception>
    public static async Task<T> RunAsync<T>(ReviewScope scope, Guid itemId, Func<ReviewItem, Task<T>> change, CancellationToken cancellation)
    {
        scope.RequireOpen();
        for (int tries = 1; ; tries++)
        {
            scope.Db.ChangeTracker.Clear();
            ReviewItem item = await scope.Items.Include(row => row.Lines).FirstOrDefaultAsync(row => row.Id == itemId, cancellation) ?? throw AccessService.NoItem();
            T result = await change(item);
            try
            {
                await scope.Db.SaveChangesAsync(cancellation);
                return result;
            }
            catch (DbUpdateException) when (tries < MaxTries && !cancellation.IsCancellationRequested)
            {
                // Another change was faster, or a row with the same key was. Anything else happens again and is thrown then.
            }
        }
    }
}
