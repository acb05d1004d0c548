using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Pictures;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Webhooks;
using Sida.Web.Work;

namespace Sida.Web.Review.Queue;

/// <summary>Takes new items into a project, some hundred in a transaction, however many come.</summary>
internal sealed class ItemIntake(
    AccessService access, PictureStore pictures, ReviewJournal journal, IOptions<ReviewOptions> options, TimeProvider clock) : IDisposable
{
    private const int BatchSize = 200;
    private const int MaxKeyLength = 255;
    private const int MaxSourceLength = 64;

    /// <summary>Items are numbered without gaps: one batch after the other.</summary>
    private readonly SemaphoreSlim _numbering = new(1);

    public void Dispose() => _numbering.Dispose();

    public async Task<int> AddAsync(Caller caller, Guid projectId, ProjectRole needed, IAsyncEnumerable<NewItem> items, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, needed, cancellation);
        scope.RequireOpen();
        int added = 0;
        await foreach (NewItem[] batch in items.Chunk(BatchSize).WithCancellation(cancellation))
        {
            added += (await AddBatchAsync(scope, batch, cancellation)).Count;
        }

        return added;
    }

    public async Task<Guid> AddFromAnalysisAsync(Caller caller, Guid projectId, Guid analysisId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        scope.RequireOpen();
        AccessService.Require(caller, Permissions.Read);
        Analysis analysis = await scope.Db.Analyses.AsNoTracking().Include(row => row.Picture).Include(row => row.Masks).FirstOrDefaultAsync(row => row.Id == analysisId, cancellation)
            ?? throw new NotFoundException("There is no such analysis.");
        return analysis.State == AnalysisState.Finished
            ? await AddOneAsync(scope, FromChat.Item(analysis), cancellation)
            : throw new RequestException("This answer is not complete. Wait until it is, or ask again.");
    }

    public async Task<Guid> AddFromPictureAsync(Caller caller, Guid projectId, Guid pictureId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        scope.RequireOpen();
        AccessService.Require(caller, Permissions.Read);
        Picture picture = await scope.Db.Pictures.AsNoTracking().FirstOrDefaultAsync(row => row.Id == pictureId, cancellation)
            ?? throw new NotFoundException("There is no such picture.");
        return await AddOneAsync(scope, new NewItem(FromChat.Reference(picture), Source: "upload", SourceKey: picture.Sha256), cancellation);
    }

    private async Task<Guid> AddOneAsync(ReviewScope scope, NewItem item, CancellationToken cancellation)
    {
        List<Guid> added = await AddBatchAsync(scope, [item], cancellation);
        return added.Count > 0
            ? added[0]
            : await scope.Items.Where(row => row.Source == item.Source && row.SourceKey == item.SourceKey).Select(row => row.Id).FirstAsync(cancellation);
    }

    private async Task<List<Guid>> AddBatchAsync(ReviewScope scope, NewItem[] batch, CancellationToken cancellation)
    {
        List<NewItem> good = [];
        foreach (NewItem item in batch)
        {
            good.Add(await CheckAsync(item, cancellation));
        }

        await _numbering.WaitAsync(cancellation);
        try
        {
            List<NewItem> unknown = await WithoutKnownAsync(scope, good, cancellation);
            int number = await scope.Items.MaxAsync(row => (int?)row.Number, cancellation) ?? 0;
            if (number + unknown.Count > options.Value.MaxItems)
            {
                throw new LimitException($"A project has at most {options.Value.MaxItems} items (Sida:Review:MaxItems). Make another project.");
            }

            DateTimeOffset now = clock.GetUtcNow();
            List<ReviewItem> rows = [.. unknown.Select(item => NewRow(scope.Project, item, ++number, now))];
            if (rows.Count > 0)
            {
                scope.Db.ReviewItems.AddRange(rows);
                var told = new { rows.Count, First = rows[0].Number, Last = rows[^1].Number, rows[0].Source };
                journal.Record(scope, AuditAction.ItemsAdded, null, told);
                await journal.TellAsync(scope, WebhookEvents.ItemsAdded, told, cancellation);
                await scope.Db.SaveChangesAsync(cancellation);
                scope.Db.ChangeTracker.Clear();
                journal.Saved();
            }

            return [.. rows.Select(row => row.Id)];
        }
        finally
        {
            _numbering.Release();
        }
    }

    private async Task<NewItem> CheckAsync(NewItem item, CancellationToken cancellation)
    {
        PictureRef picture = item.Picture;
        string name = PictureName.Clean(picture.FileName);
        if (!await pictures.TryKeepAsync(picture.Sha256, cancellation))
        {
            throw new RequestException($"The picture {name} is not stored here. Upload it first.");
        }

        if (item.Source.Length is 0 or > MaxSourceLength || item.SourceKey?.Length > MaxKeyLength)
        {
            throw new RequestException($"The item {name}: a source has at most {MaxSourceLength} characters, a key at most {MaxKeyLength}.");
        }

        Annotation? truth = item.Truth is null ? null : AnnotationRules.Check(item.Truth, picture);
        if (truth is not null)
        {
            AnnotationRules.CheckComplete(truth);
        }

        return item with
        {
            Picture = picture with { FileName = name },
            Source = StoredText.Check(item.Source, "The source"),
            SourceKey = item.SourceKey is null ? null : StoredText.Check(item.SourceKey, "The source key"),
            Model = item.Model is null ? null : AnnotationRules.Check(item.Model with { Explanation = FromChat.WithoutTokens(item.Model.Explanation) }, picture),
            Truth = truth,
        };
    }

    private static async Task<List<NewItem>> WithoutKnownAsync(ReviewScope scope, List<NewItem> items, CancellationToken cancellation)
    {
        string[] keys = [.. items.Select(item => item.SourceKey).OfType<string>()];
        var known = await scope.Items.Where(row => keys.Contains(row.SourceKey)).Select(row => new { row.Source, row.SourceKey }).ToListAsync(cancellation);
        HashSet<(string, string)> seen = [.. known.Select(row => (row.Source, row.SourceKey!))];
        return [.. items.Where(item => item.SourceKey is null || seen.Add((item.Source, item.SourceKey)))];
    }

    private static ReviewItem NewRow(ReviewProject project, NewItem item, int number, DateTimeOffset now)
    {
        ReviewItem row = new()
        {
            Id = Guid.CreateVersion7(),
            ProjectId = project.Id,
            Number = number,
            Sha256 = item.Picture.Sha256,
            FileName = item.Picture.FileName,
            Format = item.Picture.Format,
            Width = item.Picture.Width,
            Height = item.Picture.Height,
            Source = item.Source,
            SourceKey = item.SourceKey,
            IsHoneypot = item.Truth is not null,
            Truth = item.Truth is null ? null : WebJson.Write(item.Truth),
            OpenSlots = item.Truth is null ? project.Overlap : ItemProgress.HoneypotSlots,
            CreatedAt = now,
            ChangedAt = now,
        };
        ModelAnswer.Put(row, item.Model, item.ModelName, item.ModelHash, item.Probabilities);
        return row;
    }
}
