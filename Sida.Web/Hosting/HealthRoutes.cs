using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Sida.Web.Hosting;

/// <summary>For load balancers and service managers: is the process alive, and can it answer questions about pictures?</summary>
internal static class HealthRoutes
{
    /// <summary>Health checks with this tag decide about readiness.</summary>
    public const string Ready = "ready";

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
    }
}
