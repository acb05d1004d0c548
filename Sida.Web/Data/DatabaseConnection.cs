using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Sida.Web.Data;

/// <summary>Opens the configured database. A context that comes from here shows nothing until its scope is set.</summary>
internal sealed class DatabaseConnection
{
    private readonly DbContextOptions<SqliteDb>? _sqlite;
    private readonly DbContextOptions<PostgresDb>? _postgres;

    public DatabaseConnection(IOptions<DatabaseOptions> options, DataFolder folder)
    {
        DatabaseOptions database = options.Value;
        if (database.Provider == DatabaseProvider.PostgreSql)
        {
            // Npgsql's own strategy retries nothing either, but hides what it calls transient in an InvalidOperationException.
            _postgres = new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(
                database.ConnectionString, postgres => postgres.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies))).Options;
        }
        else
        {
            string connection = database.ConnectionString.Length > 0
                ? database.ConnectionString
                : new SqliteConnectionStringBuilder { DataSource = folder.Database, ForeignKeys = true }.ConnectionString;
            _sqlite = new DbContextOptionsBuilder<SqliteDb>().UseSqlite(connection).AddInterceptors(new SqliteManners()).Options;
        }
    }

    public SidaDb Create() => _postgres is null ? new SqliteDb(_sqlite!) : new PostgresDb(_postgres);
}
