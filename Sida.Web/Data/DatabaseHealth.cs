using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sida.Web.Data;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseHealth(DatabaseConnection connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using SidaDb db = connection.Create();
        return await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database does not answer.");
    }
}
