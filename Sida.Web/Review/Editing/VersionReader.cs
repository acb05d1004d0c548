using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Work;

namespace Sida.Web.Review.Editing;

/// <summary>Stored versions as people see them, with what each changed.</summary>
internal sealed class VersionReader(PeopleDirectory people)
{
    public const int MaxTake = 50;

    /// <summary>One version.</summary>
    /// <exception cref="NotFoundException">There is no such version.</exception>
    public async Task<VersionView> ReadAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, int number, CancellationToken cancellation)
    {
        List<VersionView> views = await ReadAsync(scope, item, line, number, 1, cancellation);
        return views.Count == 1 && views[0].Number == number ? views[0] : throw new NotFoundException($"There is no version {number} of this annotation.");
    }

    /// <summary>Versions from a number downwards, the newest first.</summary>
    public async Task<List<VersionView>> ReadAsync(ReviewScope scope, ReviewItem item, AnnotationLine line, int newest, int take, CancellationToken cancellation)
    {
        take = Math.Clamp(take, 1, MaxTake);
        List<AnnotationVersion> rows = await scope.Db.AnnotationVersions.AsNoTracking().Where(row => row.LineId == line.Id && row.Number <= newest)
            .OrderByDescending(row => row.Number).Take(take + 1).ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, rows.Select(row => row.Author), cancellation);
        List<Annotation> contents = [.. rows.Select(row => WebJson.Read<Annotation>(row.Content))];
        Annotation beginning = rows is [.., { Number: 1 } first] ? await BeginningAsync(scope, item, first, cancellation) : new Annotation();
        return
        [
            .. rows.Take(take).Select((row, i) => new VersionView(
                row.LineId,
                row.Number,
                row.Author,
                names[row.Author],
                row.SavedAt,
                row.Kind,
                row.BasedOn,
                row.ModelName,
                row.ModelHash,
                contents[i],
                Changes(i + 1 < rows.Count ? contents[i + 1] : beginning, contents[i], row.MaskIou))),
        ];
    }

    /// <summary>What a line's version says; the model's annotation for number 0.</summary>
    public static async Task<Annotation> ContentAsync(ReviewScope scope, ReviewItem item, AnnotationLine? line, int number, CancellationToken cancellation)
    {
        if (line is null || number == 0)
        {
            return Model(item);
        }

        string content = await scope.Db.AnnotationVersions.Where(row => row.LineId == line.Id && row.Number == number).Select(row => row.Content).FirstOrDefaultAsync(cancellation)
            ?? throw new NotFoundException($"There is no version {number} of this annotation.");
        return WebJson.Read<Annotation>(content);
    }

    /// <summary>What the model said; nothing when none was asked.</summary>
    public static Annotation Model(ReviewItem item) => item.ModelAnnotation is { } json ? WebJson.Read<Annotation>(json) : new Annotation();

    /// <summary>What a line's first version began with: what the model of that time had said, though another was asked since.</summary>
    private static async Task<Annotation> BeginningAsync(ReviewScope scope, ReviewItem item, AnnotationVersion first, CancellationToken cancellation)
    {
        if (first.ModelName == item.ModelName && first.ModelHash == item.ModelHash)
        {
            return Model(item);
        }

        string? content = await scope.Db.EarlierAnswers.Where(row => row.ProjectId == item.ProjectId && row.ItemId == item.Id && row.ModelName == first.ModelName && row.ModelHash == first.ModelHash)
            .OrderByDescending(row => row.Number).Select(row => row.Content).FirstOrDefaultAsync(cancellation);
        return content is null ? new Annotation() : WebJson.Read<Annotation>(content);
    }

    private static VersionChanges Changes(Annotation before, Annotation now, double iou) =>
        new(before.Verdict, now.Verdict, iou, TextDiff.Of(before.Explanation, now.Explanation));
}
