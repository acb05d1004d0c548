using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Hosting;

namespace Sida.Web.Data;

/// <summary>Brings the database to the version of this program before anything else of the server starts.</summary>
internal sealed partial class DatabaseStart(DatabaseConnection connection, DataFolder folder, ILogger<DatabaseStart> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using SidaDb db = connection.Create();
        try
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
        catch (DbException error)
        {
            throw new StartException($"Sida:Database: the database can't be opened or brought up to date ({error.Message}). Check Sida:Database:ConnectionString and that {folder.Root} is writable.", error);
        }

        Opened(logger, db is PostgresDb ? "PostgreSQL" : "SQLite", folder.Root);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "{Database} database is ready, data folder {Folder}")]
    private static partial void Opened(ILogger logger, string database, string folder);
}
