using Microsoft.EntityFrameworkCore;

namespace Sida.Web.Data;

/// <summary>The embedded database: one file in the data folder. A type of its own so that it has migrations of its own.</summary>
internal sealed class SqliteDb(DbContextOptions<SqliteDb> options) : SidaDb(options);
