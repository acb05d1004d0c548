using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sida.Web.Data;

/// <summary>
/// What every connection to SQLite is told first. With a write-ahead log it needs to wait for the disk at checkpoints only, not at
/// every commit: a process that is killed loses nothing, a power cut at most the last moments, and the database stays whole either way.
/// A writer that finds another one at work waits inside SQLite, which looks again after a millisecond; the driver itself would sleep
/// for 150.
/// </summary>
internal sealed class SqliteManners : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 20000";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
