using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Data;

/// <summary>Where conversations and analyses are kept.</summary>
internal sealed class DatabaseOptions : IValidatableObject
{
    public const string Section = "Sida:Database";

    /// <summary>Which database.</summary>
    [EnumDataType(typeof(DatabaseProvider), ErrorMessage = "Sida:Database:Provider must be Sqlite or PostgreSql.")]
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;

    /// <summary>How to reach it; for SQLite a file in the data folder when empty.</summary>
    public string ConnectionString { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == DatabaseProvider.PostgreSql && ConnectionString.Length == 0)
        {
            yield return new ValidationResult("Sida:Database:ConnectionString is needed for PostgreSql, for instance Host=db;Database=sida;Username=sida;Password=...");
        }
    }
}

/// <summary>The databases that Sida can use.</summary>
internal enum DatabaseProvider
{
    /// <summary>Embedded: nothing to install.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server.</summary>
    PostgreSql,
}
