using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Queue;

/// <summary>How long people work on an item: the time between two signs of life, pauses left out.</summary>
internal static class WorkClock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>The editor was opened, or the item is taken again.</summary>
    public static void Begin(AnnotationLine line, DateTimeOffset now)
    {
        line.StartedAt ??= now;
        line.SeenAt = now;
    }

    /// <summary>Something was saved.</summary>
    public static void Tick(AnnotationLine line, DateTimeOffset now)
    {
        TimeSpan since = now - (line.SeenAt ?? now);
        line.WorkSeconds += Math.Clamp(since.TotalSeconds, 0, Pause.TotalSeconds);
        Begin(line, now);
    }
}
