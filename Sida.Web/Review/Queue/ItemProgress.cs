using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>Where an item is, from where its lines are. Called after every change, before it is saved.</summary>
internal static class ItemProgress
{
    /// <summary>A honeypot has room for everybody, so what others did with it never shows.</summary>
    public const int HoneypotSlots = 1_000_000;

    /// <summary>Counts an item's free places and its state anew.</summary>
    public static void Recount(ReviewItem item, int overlap)
    {
        List<AnnotationLine> active = [.. item.Lines.Where(line => line.State != LineState.Lapsed)];
        bool decided = item.DecidedLineId is not null && !item.IsHoneypot;
        item.OpenSlots = item.IsHoneypot ? HoneypotSlots : decided ? 0 : Math.Max(0, overlap - active.Count);
        item.State = StateOf(item, active, decided, overlap);
        item.Revision++;
    }

    /// <summary>How one annotator sees the item that the line is of.</summary>
    public static ItemState StateFor(AnnotationLine? line) => line switch
    {
        null or { State: LineState.Lapsed } => ItemState.New,
        { State: LineState.InWork, StartedAt: null } => ItemState.New,
        { State: LineState.InWork } => ItemState.InWork,
        { State: LineState.Submitted } => ItemState.Submitted,
        { State: LineState.Returned } => ItemState.Returned,
        _ => ItemState.Accepted,
    };

    private static ItemState StateOf(ReviewItem item, List<AnnotationLine> active, bool decided, int overlap)
    {
        int submitted = active.Count(line => line.State == LineState.Submitted);
        return decided ? ItemState.Accepted
            : active.Exists(line => line.State == LineState.Returned) ? ItemState.Returned
            : submitted > 0 && (item.IsHoneypot || submitted >= overlap) ? ItemState.Submitted
            : submitted > 0 || active.Exists(line => line is { State: LineState.InWork, StartedAt: not null }) ? ItemState.InWork
            : active.Exists(line => line.State == LineState.Accepted) ? ItemState.Accepted
            : ItemState.New;
    }
}
