namespace Sida.Web.Hosting;

/// <summary>Traces and metrics: always produced, exported only where an OTLP endpoint is configured.</summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<TelemetryOptions>(TelemetryOptions.Section);
        // The variable that OpenTelemetry's own tools use works too.
        builder.Services.Configure<TelemetryOptions>(telemetry => telemetry.OtlpEndpoint ??= builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        builder.Services.AddHostedService<TelemetryExport>();
    }
}
