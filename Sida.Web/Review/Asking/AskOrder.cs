using Sida.Engine;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Asking;

/// <summary>Items of a project that a model is asked about.</summary>
/// <param name="Model">Which model; null for the default one.</param>
/// <param name="ItemIds">These items; null where a filter says which.</param>
/// <param name="Filter">All items that the queue shows with this filter; its order and page don't matter.</param>
public sealed record AskOrder(string? Model = null, IReadOnlyList<Guid>? ItemIds = null, ItemQuery? Filter = null)
{
    /// <exception cref="RequestException">It can't be done.</exception>
    internal void Check()
    {
        if ((ItemIds is null) == (Filter is null))
        {
            throw new RequestException("Say which items: by itemIds, or by filter ({} for all of them).");
        }

        if (ItemIds is { Count: 0 or > AssignmentService.MaxItems })
        {
            throw new RequestException($"Name 1 to {AssignmentService.MaxItems} items, or choose them by filter.");
        }
    }
}
