using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Hosting;

/// <summary>Where traces and metrics go.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Sida:Telemetry";

    /// <summary>An OTLP/gRPC collector such as http://localhost:4317; nothing is exported when empty.</summary>
    [Url(ErrorMessage = "Sida:Telemetry:OtlpEndpoint must be a URL such as http://localhost:4317, or absent.")]
    public string? OtlpEndpoint { get; set; }
}
