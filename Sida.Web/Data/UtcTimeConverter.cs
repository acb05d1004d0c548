using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sida.Web.Data;

/// <summary>Times with an offset are stored as UTC.</summary>
internal sealed class UtcTimeConverter() : ValueConverter<DateTimeOffset, DateTime>(
    time => time.UtcDateTime,
    stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc)));
