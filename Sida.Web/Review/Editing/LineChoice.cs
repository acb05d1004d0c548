using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Editing;

/// <summary>Which line of an item a caller writes to.</summary>
internal static class LineChoice
{
    /// <summary>The caller's own line, reserved anew; or, for a reviewer, the submitted one of somebody else.</summary>
    /// <exception cref="ConflictException">Somebody else has the item.</exception>
    /// <exception cref="RequestException">It was handed in or is done.</exception>
    public static AnnotationLine ToWrite(ReviewScope scope, ReviewItem item, Guid? lineId, Names names, DateTimeOffset now)
    {
        AnnotationLine? mine = item.Lines.Find(line => line.Annotator == scope.Person);
        bool own = lineId is null || lineId == mine?.Id;
        if (own && (mine is { State: LineState.InWork or LineState.Returned } || !scope.SeesAll || item.State is ItemState.New or ItemState.InWork))
        {
            return Taking.Take(scope, item, names, now);
        }

        if (!scope.SeesAll)
        {
            throw AccessService.NoItem();
        }

        AnnotationLine line = ToDecide(scope, item, lineId);
        Taking.TakeForReview(scope, item, names, now);
        return line;
    }

    /// <summary>The submitted line that a reviewer decides about.</summary>
    /// <exception cref="ConflictException">It is not, or no longer, to be decided.</exception>
    /// <exception cref="RequestException">It must be said which.</exception>
    public static AnnotationLine ToDecide(ReviewScope scope, ReviewItem item, Guid? lineId)
    {
        List<AnnotationLine> waiting = [.. item.Lines.Where(line => line.State == LineState.Submitted && (lineId is null || line.Id == lineId))];
        if (waiting.Count == 0 || item.State != ItemState.Submitted)
        {
            throw new ConflictException(item.State switch
            {
                ItemState.Accepted => "This item was accepted meanwhile. Reload it; a reviewer can return it.",
                ItemState.Returned => "This item was returned meanwhile. Reload it.",
                _ => "This item is not handed in yet by everybody who annotates it.",
            });
        }

        if (waiting.Count > 1)
        {
            throw new RequestException("Several people annotated this item: say which annotation you mean (lineId).");
        }

        return waiting[0].Annotator == scope.Person
            ? throw new ForbiddenException("You annotated this item: somebody else must review it. A project with one person needs 1 stage (settings).")
            : waiting[0];
    }
}
