using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Sida.Web.Models;

/// <summary>Ready means that a model is loaded and warmed up, or installed where models are loaded only when somebody asks.</summary>
internal sealed class ModelHealth(ModelHost models, IOptions<ModelOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.List().Any(model => model.State == ModelState.Ready || (model.State == ModelState.Installed && !options.Value.WarmUp))
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No model is loaded yet."));
}
