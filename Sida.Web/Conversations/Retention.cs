using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Review.Formats.Jobs;

namespace Sida.Web.Conversations;

/// <summary>Removes for good what was deleted, what is older than the retention setting, and pictures that nothing refers to.</summary>
internal sealed partial class Retention(AccessService access, PictureStore pictures, ExchangeJobs exchange, IOptions<StorageOptions> options, TimeProvider clock, ILogger<Retention> logger)
{
    /// <summary>An uploaded picture that nobody asked about.</summary>
    private static readonly TimeSpan UnusedPictureLifetime = TimeSpan.FromHours(6);

    /// <summary>How long it can be seen what became of a webhook's message.</summary>
    private static readonly TimeSpan DeliveryLifetime = TimeSpan.FromDays(30);

    /// <summary>How long a finished export, import or run of a model is kept, with its files.</summary>
    private static readonly TimeSpan ExchangeLifetime = TimeSpan.FromDays(7);

    /// <summary>Removes everything that is due.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using SidaDb db = access.OpenForServer();
        int conversations = await db.Conversations.Where(row => row.DeletedAt < now - options.Value.UndoPeriod).ExecuteDeleteAsync(cancellation);
        int jobs = 0;
        if (options.Value.RetentionDays > 0)
        {
            DateTimeOffset oldest = now.AddDays(-options.Value.RetentionDays);
            conversations += await db.Conversations.Where(row => !row.Pinned && row.UpdatedAt < oldest).ExecuteDeleteAsync(cancellation);
            jobs = await db.Analyses.Where(row => row.QuestionId == null && row.CreatedAt < oldest && row.State != AnalysisState.Queued && row.State != AnalysisState.Running)
                .ExecuteDeleteAsync(cancellation);
        }

        DateTimeOffset unused = now - UnusedPictureLifetime;
        int rows = await db.Pictures
            .Where(row => row.CreatedAt < unused && !db.Questions.Any(question => question.PictureId == row.Id) && !db.Analyses.Any(analysis => analysis.PictureId == row.Id))
            .ExecuteDeleteAsync(cancellation);
        foreach (Guid old in exchange.OverBefore(now - ExchangeLifetime))
        {
            exchange.Remove(old);
        }

        await db.WebhookDeliveries.Where(row => row.EndedAt < now - DeliveryLifetime).ExecuteDeleteAsync(cancellation);
        int files = await pictures.SweepAsync(async sha256 =>
            await db.Pictures.AnyAsync(row => row.Sha256 == sha256, cancellation) || await db.ReviewItems.AnyAsync(row => row.Sha256 == sha256, cancellation)
            || await db.ReviewProjects.AnyAsync(row => row.GuidelinePictures.Contains(sha256), cancellation), cancellation);
        if (conversations + jobs + rows + files > 0)
        {
            Removed(logger, conversations, jobs, rows, files);
        }
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "Removed {Conversations} conversations, {Jobs} jobs, {Pictures} pictures and {Files} picture files that were due")]
    private static partial void Removed(ILogger logger, int conversations, int jobs, int pictures, int files);
}
