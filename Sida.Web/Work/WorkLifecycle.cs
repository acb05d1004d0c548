using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Hosting;

namespace Sida.Web.Work;

/// <summary>
/// At the start: what an earlier server left unfinished is marked as interrupted, so that nothing seems to run that doesn't. At the
/// end: running analyses get time to finish while pages and programs still listen, then they are cut and marked.
/// </summary>
internal sealed partial class WorkLifecycle(
    AccessService access, AnalysisService analyses, IOptions<ServerOptions> options, TimeProvider clock, ILogger<WorkLifecycle> logger) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using SidaDb db = access.OpenForServer();
        DateTimeOffset now = clock.GetUtcNow();
        int cut = await db.Analyses.Where(row => row.State == AnalysisState.Queued || row.State == AnalysisState.Running)
            .ExecuteUpdateAsync(row => row.SetProperty(analysis => analysis.State, AnalysisState.Interrupted).SetProperty(analysis => analysis.FinishedAt, now), cancellationToken);
        if (cut > 0)
        {
            FoundInterrupted(logger, cut);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => analyses.CloseAsync(options.Value.ShutdownGrace);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "{Count} analyses were cut when the server stopped; they are marked as interrupted")]
    private static partial void FoundInterrupted(ILogger logger, int count);
}
