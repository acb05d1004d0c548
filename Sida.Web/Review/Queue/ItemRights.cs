using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>What may be done with an item at this moment: the rules that the editor's buttons and the services share.</summary>
internal static class ItemRights
{
    public static ItemActions Of(ReviewScope scope, ReviewItem item, AnnotationLine? mine, AnnotationLine? shown)
    {
        if (scope.Project.ArchivedAt is not null)
        {
            return new ItemActions(false, false, false, false);
        }

        bool working = mine is { State: LineState.InWork or LineState.Returned };
        bool take = working || (mine is null && item.OpenSlots > 0);
        bool decide = scope.SeesAll && shown is { State: LineState.Submitted } && item.State == ItemState.Submitted && shown.Annotator != scope.Person;
        return new ItemActions(take, working || decide, working, decide);
    }
}
