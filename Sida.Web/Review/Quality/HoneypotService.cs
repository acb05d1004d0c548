using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;

namespace Sida.Web.Review.Quality;

/// <summary>How people did on items whose answer is known. Managers only: whoever knew of it could tell which those are.</summary>
internal sealed class HoneypotService(AccessService access, PeopleDirectory people)
{
    public async Task<HoneypotReport> GetAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        var scores = await scope.Lines.Where(line => line.IsVerdictTrue != null)
            .GroupBy(line => line.Annotator)
            .Select(group => new { Person = group.Key, Done = group.Count(), Right = group.Average(line => line.IsVerdictTrue == true ? 1.0 : 0), Iou = group.Average(line => line.TruthIou) })
            .ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, scores.Select(row => row.Person), cancellation);
        return new HoneypotReport(
            await scope.Items.CountAsync(item => item.IsHoneypot, cancellation),
            [.. scores.Select(row => new HoneypotScore(row.Person, names[row.Person], row.Done, row.Right, row.Iou)).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase)]);
    }
}
