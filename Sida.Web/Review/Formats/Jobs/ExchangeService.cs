using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Models;
using Sida.Web.Pictures;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>Exports, imports and runs of models of a project, for its managers.</summary>
internal sealed class ExchangeService(
    AccessService access,
    ExchangeJobs jobs,
    ExchangeFolder folder,
    DataFolder data,
    ExportPlanner planner,
    ModelHost models,
    ReviewJournal journal,
    IOptions<ReviewOptions> options,
    TimeProvider clock)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>What an export would have, without writing it.</summary>
    /// <exception cref="ForbiddenException">The caller is no manager of the project.</exception>
    public Task<ExportPlan> PlanAsync(Caller caller, Guid projectId, ExportOrder order, CancellationToken cancellation) =>
        planner.PlanAsync(caller, projectId, order, cancellation);

    /// <summary>Starts an export.</summary>
    /// <exception cref="RequestException">The order can't be carried out.</exception>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public async Task<ExchangeJob> ExportAsync(Caller caller, Guid projectId, ExportOrder order, CancellationToken cancellation)
    {
        order.Check();
        await CheckAsync(caller, projectId, cancellation);
        jobs.CheckRoom(projectId);
        ExchangeJob job = New(caller, projectId) with { Export = order };
        jobs.Add(job);
        return job;
    }

    /// <summary>Starts an import from one of the server's folders.</summary>
    /// <inheritdoc cref="ExportAsync"/>
    public async Task<ExchangeJob> ImportAsync(Caller caller, Guid projectId, ImportOrder order, CancellationToken cancellation)
    {
        order.Check();
        await CheckAsync(caller, projectId, cancellation, changes: true);
        if (order.Folder is null || !options.Value.ImportFolders.ContainsKey(order.Folder))
        {
            throw new RequestException("The server has no such folder for imports. Its operator names them in Sida:Review:ImportFolders; or upload a zip.");
        }

        jobs.CheckRoom(projectId);
        ExchangeJob job = New(caller, projectId) with { Import = order };
        jobs.Add(job);
        return job;
    }

    /// <summary>Starts an import from a zip.</summary>
    /// <param name="caller">A manager of the project.</param>
    /// <param name="projectId">Which project.</param>
    /// <param name="order">How.</param>
    /// <param name="body">The zip.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cancellation">Stops the upload; nothing of it is left.</param>
    /// <exception cref="LimitException">It is too large, or the disk is full.</exception>
    /// <inheritdoc cref="ExportAsync"/>
    public async Task<ExchangeJob> ImportAsync(Caller caller, Guid projectId, ImportOrder order, Stream body, string name, CancellationToken cancellation)
    {
        (order with { Folder = null }).Check();
        await CheckAsync(caller, projectId, cancellation, changes: true);
        jobs.CheckRoom(projectId);
        ExchangeJob job = New(caller, projectId) with { Import = order with { Folder = null }, UploadName = PictureName.Clean(name) };
        bool whole = false;
        try
        {
            string path = folder.Upload(job.Id);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            job = job with { UploadSha256 = await ReceiveAsync(body, path, cancellation) };
            jobs.Add(job);
            whole = true;
            return job;
        }
        finally
        {
            if (!whole)
            {
                folder.Remove(job.Id);
            }
        }
    }

    /// <summary>Starts asking a model about items that are in the queue.</summary>
    /// <exception cref="NotFoundException">There is no such model.</exception>
    /// <inheritdoc cref="ExportAsync"/>
    public async Task<ExchangeJob> AskAsync(Caller caller, Guid projectId, AskOrder order, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        scope.RequireOpen();
        order.Check();
        int count = await ModelRun.Among(scope, order).CountAsync(cancellation);
        if (count == 0)
        {
            throw new RequestException("None of these items is in this project. Choose others, or another filter.");
        }

        jobs.CheckRoom(projectId);
        // The default model of today, whatever becomes the default before the last item is answered.
        ExchangeJob job = New(caller, projectId) with { Ask = order with { Model = models.Resolve(order.Model) }, Total = count };
        journal.Record(scope, AuditAction.ModelAsked, null, new { job.Ask.Model, count });
        await scope.Db.SaveChangesAsync(cancellation);
        jobs.Add(job);
        return job;
    }

    /// <summary>The project's jobs, newest first.</summary>
    public async Task<IReadOnlyList<ExchangeJob>> ListAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await CheckAsync(caller, projectId, cancellation);
        return jobs.List(projectId);
    }

    /// <summary>One job.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<ExchangeJob> GetAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        await CheckAsync(caller, projectId, cancellation);
        return jobs.Find(projectId, id) ?? throw new NotFoundException("There is no such export, import or run of a model in this project.");
    }

    /// <summary>Stops a job; what an import has added or a model has answered stays.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task StopAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        ExchangeJob job = await GetAsync(caller, projectId, id, cancellation);
        jobs.Stop(job.Id);
    }

    /// <summary>Forgets a job that is over, its archive included.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="RequestException">It isn't over.</exception>
    public async Task RemoveAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        ExchangeJob job = await GetAsync(caller, projectId, id, cancellation);
        if (!job.IsOver)
        {
            throw new RequestException("This is still going on. Stop it first.");
        }

        jobs.Remove(job.Id);
    }

    /// <summary>The archive that an export made.</summary>
    /// <exception cref="NotFoundException">There is none, or not yet.</exception>
    public async Task<(string Path, string Name)> ArchiveAsync(Caller caller, Guid projectId, Guid id, CancellationToken cancellation)
    {
        ExchangeJob job = await GetAsync(caller, projectId, id, cancellation);
        return job is { Export: { } export, State: JobState.Finished }
            ? (folder.Archive(id), FormattableString.Invariant($"sida-{export.Format}-{job.CreatedAt:yyyyMMdd-HHmm}.zip").ToLowerInvariant())
            : throw new NotFoundException("This export has no archive yet. Wait until it is finished.");
    }

    /// <summary>Folders of the server that may be imported from, by name.</summary>
    public async Task<IReadOnlyList<string>> FoldersAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await CheckAsync(caller, projectId, cancellation);
        return [.. options.Value.ImportFolders.Keys.Order(StringComparer.OrdinalIgnoreCase)];
    }

    private ExchangeJob New(Caller caller, Guid projectId) =>
        new() { Id = Guid.CreateVersion7(), ProjectId = projectId, Person = caller.OwnerId, CreatedAt = clock.GetUtcNow() };

    private async Task CheckAsync(Caller caller, Guid projectId, CancellationToken cancellation, bool changes = false)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        if (changes)
        {
            scope.RequireOpen();
        }
    }

    private async Task<string> ReceiveAsync(Stream body, string path, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (data.IsNearlyFull)
            {
                throw new LimitException("The server's disk is nearly full. Tell its operator, and send the zip again when there is room.");
            }

            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
            if (file.Length > options.Value.MaxUploadBytes)
            {
                throw new LimitException($"The zip is larger than {options.Value.MaxUploadBytes >> 20} MB (Sida:Review:MaxUploadBytes). Divide it, or ask the server's operator for a folder.", isSize: true);
            }
        }

        return file.Length > 0 ? Convert.ToHexStringLower(hash.GetHashAndReset()) : throw new RequestException("The zip is empty. Choose another file.");
    }
}
