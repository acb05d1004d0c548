using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Quality;

/// <summary>A project's work in numbers.</summary>
internal sealed class DashboardService(AccessService access, PeopleDirectory people, TimeProvider clock)
{
    public const int MaxDays = 366;

    /// <summary>Lines of one answer: enough for medians, and bounded.</summary>
    private const int MaxLines = 100_000;

    /// <summary>The dashboard.</summary>
    /// <param name="caller">A reviewer.</param>
    /// <param name="projectId">Which project.</param>
    /// <param name="days">How many days back, at most <see cref="MaxDays"/>.</param>
    /// <param name="model">What this model said; null for each item's latest answer, of whichever model.</param>
    /// <param name="cancellation">Stops counting.</param>
    public async Task<Dashboard> GetAsync(Caller caller, Guid projectId, int days, string? model, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Reviewer, cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
        DateOnly first = today.AddDays(1 - Math.Clamp(days, 1, MaxDays));
        var lines = await scope.Lines.Where(line => line.SubmittedAt != null).OrderByDescending(line => line.SubmittedAt).Take(MaxLines)
            .Select(line => new { line.Annotator, line.Returns, line.WorkSeconds }).ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, lines.Select(line => line.Annotator), cancellation);
        int returns = lines.Sum(line => line.Returns);
        // Every return was of something handed in, and what was returned and handed in again counts again.
        int submissions = await scope.Db.AuditEntries.CountAsync(row => row.ProjectId == projectId && row.Action == AuditAction.ItemSubmitted, cancellation);
        return new Dashboard(
            await ItemCounts.OfAsync(scope, cancellation),
            submissions,
            submissions == 0 ? null : Math.Min(1, (double)returns / submissions),
            Median(lines.Select(line => line.WorkSeconds)),
            await DaysAsync(scope, first, today, cancellation),
            [
                .. lines.GroupBy(line => line.Annotator)
                    .Select(group => new PersonWork(group.Key, names[group.Key], group.Count(), group.Sum(line => line.Returns), Median(group.Select(line => line.WorkSeconds))))
                    .OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase),
            ],
            await ModelNumbers.NamesAsync(scope, cancellation),
            await ModelNumbers.OfAsync(scope, model, cancellation));
    }

    /// <summary>The value in the middle; of an even number, the mean of the two in the middle.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static async Task<List<DayWork>> DaysAsync(ReviewScope scope, DateOnly first, DateOnly today, CancellationToken cancellation)
    {
        DateTimeOffset since = new(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        AuditAction[] counted = [AuditAction.ItemSubmitted, AuditAction.ItemAccepted, AuditAction.ItemReturned];
        var entries = await scope.Db.AuditEntries.Where(row => row.ProjectId == scope.ProjectId && row.At >= since && counted.Contains(row.Action))
            .Select(row => new { row.At, row.Action }).ToListAsync(cancellation);
        ILookup<(DateOnly, AuditAction), DateTimeOffset> byDay = entries.ToLookup(row => (DateOnly.FromDateTime(row.At.UtcDateTime), row.Action), row => row.At);
        List<DayWork> result = [];
        for (DateOnly day = first; day <= today; day = day.AddDays(1))
        {
            result.Add(new DayWork(day, Count(day, AuditAction.ItemSubmitted), Count(day, AuditAction.ItemAccepted), Count(day, AuditAction.ItemReturned)));
        }

        return result;

        int Count(DateOnly day, AuditAction action) => byDay[(day, action)].Count();
    }
}
