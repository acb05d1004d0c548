using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>The accepted items of a project as records, some hundred at a time. Honeypots are no findings and stay at home.</summary>
internal sealed class ExportSource(AccessService access, PeopleDirectory people)
{
    private const int PageSize = 200;

    /// <summary>How many records there are, and how many items are not accepted yet.</summary>
    public async Task<(int Accepted, int Open)> CountAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        int all = await scope.Items.CountAsync(row => !row.IsHoneypot, cancellation);
        int accepted = await Accepted(scope).CountAsync(cancellation);
        return (accepted, all - accepted);
    }

    /// <summary>The records in the order of their numbers.</summary>
    /// <exception cref="ForbiddenException">The caller is no manager of the project.</exception>
    public async IAsyncEnumerable<ReviewRecord> ReadAsync(Caller caller, Guid projectId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int last = 0;
        while (true)
        {
            List<ReviewRecord> page = await PageAsync(caller, projectId, last, cancellation);
            foreach (ReviewRecord record in page)
            {
                yield return record;
                last = record.Provenance.Number!.Value;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private async Task<List<ReviewRecord>> PageAsync(Caller caller, Guid projectId, int after, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        var rows = await (
            from item in Accepted(scope).AsNoTracking()
            where item.Number > after
            join line in scope.Lines on item.DecidedLineId equals line.Id
            join version in scope.Db.AnnotationVersions on new { LineId = line.Id, Number = item.DecidedNumber!.Value } equals new { version.LineId, version.Number }
            orderby item.Number
            select new { Item = item, line.Annotator, version.Content, version.Number }).Take(PageSize).ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, rows.Select(row => row.Annotator), cancellation);
        return [.. rows.Select(row => new ReviewRecord(
            row.Item.Picture,
            WebJson.Read<Annotation>(row.Content),
            Provenance(scope, row.Item, names[row.Annotator], row.Number)))];
    }

    private static Provenance Provenance(ReviewScope scope, ReviewItem item, string annotator, int version) => new()
    {
        Origin = Origin.Of(item.SourceKey, item.Sha256),
        Project = scope.Project.Name,
        ItemId = item.Id,
        Number = item.Number,
        Annotator = annotator,
        Version = version,
        AcceptedAt = item.DecidedAt,
        Source = item.Source,
        SourceKey = item.SourceKey,
        Model = item.ModelAnnotation is { } model ? WebJson.Read<Annotation>(model) : null,
        ModelName = item.ModelName,
        ModelHash = item.ModelHash,
        Probabilities = item.Probabilities,
    };

    private static IQueryable<ReviewItem> Accepted(ReviewScope scope) =>
        scope.Items.Where(row => row.State == ItemState.Accepted && !row.IsHoneypot && row.DecidedLineId != null && row.DecidedNumber != null);
}
