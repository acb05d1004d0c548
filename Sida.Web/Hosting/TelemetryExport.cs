using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sida.Web.Hosting;

/// <summary>Sends traces and metrics to a collector while the server runs, and flushes what is left when it stops.</summary>
internal sealed partial class TelemetryExport(IOptions<TelemetryOptions> options, ILogger<TelemetryExport> logger) : IHostedService, IDisposable
{
    private const string SidaNames = "Sida.*";

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(options.Value.OtlpEndpoint))
        {
            return Task.CompletedTask;
        }

        Uri endpoint = new(options.Value.OtlpEndpoint);
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("sida", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString());
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(SidaNames, "Microsoft.AspNetCore")
            .AddOtlpExporter(exporter => Target(exporter, endpoint))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(SidaNames, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(exporter => Target(exporter, endpoint))
            .Build();
        ExportStarted(logger, endpoint.Authority);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(2000);
        _metrics?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static void Target(OtlpExporterOptions exporter, Uri endpoint) => exporter.Endpoint = endpoint;

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Exporting traces and metrics to {Endpoint}")]
    private static partial void ExportStarted(ILogger logger, string endpoint);
}
