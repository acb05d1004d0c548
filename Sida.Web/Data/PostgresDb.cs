using Microsoft.EntityFrameworkCore;

namespace Sida.Web.Data;

/// <summary>A PostgreSQL server. A type of its own so that it has migrations of its own.</summary>
internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : SidaDb(options);
