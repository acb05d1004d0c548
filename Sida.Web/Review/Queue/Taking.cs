using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>The rules of reserving an item.</summary>
internal static class Taking
{
    /// <summary>Reserves an item for the caller's own annotation; the line is theirs afterwards.</summary>
    /// <exception cref="ConflictException">Others have it, or had it and are done.</exception>
    /// <exception cref="RequestException">The caller has handed it in already.</exception>
    public static AnnotationLine Take(ReviewScope scope, ReviewItem item, Names names, DateTimeOffset now)
    {
        AnnotationLine? mine = item.Lines.Find(line => line.Annotator == scope.Person);
        switch (mine?.State)
        {
            case LineState.Submitted:
                throw new RequestException("You have handed this item in; it waits for a reviewer. Take the next one.");
            case LineState.Accepted:
                throw new RequestException("This item is done. Take the next one.");
            case null or LineState.Lapsed when item.OpenSlots <= 0 || !ItemReader.IsVisible(scope, item):
                throw new ConflictException(WhoHasIt(item, names, now));
            case null:
                mine = new AnnotationLine { Id = Guid.CreateVersion7(), ProjectId = item.ProjectId, ItemId = item.Id, Annotator = scope.Person, State = LineState.InWork };
                item.Lines.Add(mine);
                scope.Db.AnnotationLines.Add(mine);
                break;
        }

        if (mine.State == LineState.InWork && mine.ReservedUntil >= now)
        {
            WorkClock.Tick(mine, now);
        }
        else
        {
            WorkClock.Begin(mine, now);
        }

        mine.State = LineState.InWork;
        mine.ReservedUntil = now.AddMinutes(scope.Project.ReservationMinutes);
        ItemProgress.Recount(item, scope.Project.Overlap);
        return mine;
    }

    /// <summary>Keeps other reviewers from deciding about an item while the caller does.</summary>
    /// <exception cref="ConflictException">Another reviewer is at it.</exception>
    public static void TakeForReview(ReviewScope scope, ReviewItem item, Names names, DateTimeOffset now)
    {
        if (item.Reviewer is { } other && other != scope.Person && item.ReviewedUntil >= now)
        {
            throw new ConflictException($"{names[other]} reviews this item, until {Clock(item.ReviewedUntil!.Value)} at most. Take the next one.");
        }

        item.Reviewer = scope.Person;
        item.ReviewedUntil = now.AddMinutes(scope.Project.ReservationMinutes);
        item.Revision++;
    }

    private static string WhoHasIt(ReviewItem item, Names names, DateTimeOffset now)
    {
        AnnotationLine? holder = item.Lines.Where(line => line.State == LineState.InWork).MaxBy(line => line.ReservedUntil);
        return holder switch
        {
            { ReservedUntil: { } until } when until >= now => $"{names[holder.Annotator]} took this item; it is reserved until {Clock(until)}. Take the next one.",
            not null => $"This item is {names[holder.Annotator]}'s. Take the next one.",
            _ => "Others have annotated this item already. Take the next one.",
        };
    }

    private static string Clock(DateTimeOffset time) => time.ToUniversalTime().ToString("HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}
