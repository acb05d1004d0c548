using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>Works on exports, imports and runs of models, one at a time, on behalf of whoever started them, as far as they may today.</summary>
internal sealed partial class ExchangeWorker(
    ExchangeJobs jobs,
    ExchangeFolder folder,
    Exporter exporter,
    ExportSource source,
    Importer importer,
    ModelRun modelRun,
    AccessService access,
    ReviewJournal journal,
    IOptions<ReviewOptions> options,
    ILogger<ExchangeWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        jobs.Load();
        await foreach (Guid id in jobs.Queue.ReadAllAsync(stoppingToken))
        {
            if (jobs.Begin(id, stoppingToken) is (ExchangeJob job, CancellationToken stop))
            {
                await WorkAsync(job, stop, stoppingToken);
            }
        }
    }

    private async Task WorkAsync(ExchangeJob job, CancellationToken stop, CancellationToken server)
    {
        try
        {
            Caller caller = await CallerAsync(job.Person, stop);
            if (job.Export is { } export)
            {
                await ExportAsync(job, export, caller, stop);
            }
            else if (job.Import is { } import)
            {
                await ImportAsync(job, import, caller, stop);
            }
            else if (job.Ask is { } ask)
            {
                await modelRun.RunAsync(caller, job.ProjectId, ask, Follow(job.Id), stop);
                jobs.End(job.Id, ended => ended with { State = JobState.Finished });
            }
        }
        catch (OperationCanceledException) when (server.IsCancellationRequested)
        {
            jobs.Suspend(job.Id);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            jobs.End(job.Id, ended => ended with { State = JobState.Stopped });
        }
        catch (Exception error)
        {
            // Whatever it is, it is this job's end and not the server's, which would take the job up again at its next start.
            Failed(logger, job.Id, error);
            jobs.End(job.Id, ended => ended with { State = JobState.Failed, Problem = Problem(error) });
        }
    }

    private static string Problem(Exception error) => error switch
    {
        SidaException => error.Message,
        OperationCanceledException => "Something that it needs was shut down meanwhile, a model for example. Start it again: it goes on where it was.",
        DbException or DbUpdateException => "The server's database didn't answer, or refused. Try again; when it goes on, tell its operator: the log says why.",
        IOException or UnauthorizedAccessException => "The server could not read or write a file. Tell its operator; the log says which.",
        _ => "The server made a mistake. Tell its operator; the log says more.",
    };

    private async Task ExportAsync(ExchangeJob job, ExportOrder order, Caller caller, CancellationToken stop)
    {
        string path = folder.Archive(job.Id);
        (int total, _) = await source.CountAsync(caller, job.ProjectId, stop);
        jobs.Update(job.Id, before => before with { Total = total, Done = 0, LeftOutCount = 0, LeftOut = [] }, save: true);
        await using (FileStream output = new(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous }))
        {
            await exporter.WriteAsync(caller, job.ProjectId, order, output, folder.NewSpool(job.Id), step => Note(job.Id, step), stop);
        }

        await using FileStream archive = File.OpenRead(path);
        string sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(archive, stop));
        await TellAsync(job, caller, order, archive.Length, sha256, stop);
        jobs.End(job.Id, ended => ended with { State = JobState.Finished, Bytes = archive.Length, Sha256 = sha256 });
    }

    private void Note(Guid id, ExportProgress step) => jobs.Update(
        id,
        job => job with
        {
            Done = job.Done + 1,
            LeftOutCount = job.LeftOutCount + (step.Problem is null ? 0 : 1),
            LeftOut = step.Problem is null || job.LeftOut.Count >= ImportProgress.MostReasons ? job.LeftOut : [.. job.LeftOut, $"{step.Record.Picture.FileName}: {step.Problem}"],
        },
        save: false);

    private async Task TellAsync(ExchangeJob job, Caller caller, ExportOrder order, long bytes, string sha256, CancellationToken stop)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, job.ProjectId, ProjectRole.Manager, stop);
        var told = new { ExportId = job.Id, order.Format, Records = jobs.Find(job.Id)?.Done, Bytes = bytes, Sha256 = sha256 };
        journal.Record(scope, AuditAction.Exported, null, told);
        await journal.TellAsync(scope, WebhookEvents.ExportFinished, told, stop);
        await scope.Db.SaveChangesAsync(stop);
        journal.Saved();
    }

    private async Task ImportAsync(ExchangeJob job, ImportOrder order, Caller caller, CancellationToken stop)
    {
        ImportBudget budget = new(options.Value.MaxImportBytes);
        using IImportSource files = await Task.Run(() => Open(job, order, budget), stop);
        await importer.RunAsync(caller, job.ProjectId, files, budget, order, Follow(job.Id), stop);
        jobs.End(job.Id, ended => ended with { State = JobState.Finished });
        folder.RemoveUpload(job.Id);
    }

    private ImportProgress Follow(Guid id) => new(now => jobs.Update(
        id,
        before => before with
        {
            Total = now.Total,
            Done = now.Added + now.Known + now.LeftOutCount,
            Added = now.Added,
            Known = now.Known,
            LeftOutCount = now.LeftOutCount,
            LeftOut = now.LeftOut.Count == before.LeftOut.Count ? before.LeftOut : [.. now.LeftOut],
        },
        save: false));

    private IImportSource Open(ExchangeJob job, ImportOrder order, ImportBudget budget)
    {
        if (order.Folder is not { } name)
        {
            return ZipImportSource.Open(folder.Upload(job.Id), job.UploadSha256![..12], budget);
        }

        return options.Value.ImportFolders.TryGetValue(name, out string? path)
            ? new FolderImportSource(path, name, budget)
            : throw new RequestException($"The server has no folder \"{name}\" for imports any more (Sida:Review:ImportFolders).");
    }

    /// <summary>The person as they are now: a role that was taken away in the meantime counts.</summary>
    private async Task<Caller> CallerAsync(Guid person, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        Account? account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(row => row.OwnerId == person, cancellation);
        return account is not null && access.CallerOf(account) is { } caller
            ? caller
            : throw new ForbiddenException("Whoever started this has no account any more.");
    }

    [LoggerMessage(EventId = 621, Level = LogLevel.Warning, Message = "The export, import or run of a model {Job} failed")]
    private static partial void Failed(ILogger logger, Guid job, Exception error);
}
