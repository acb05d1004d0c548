using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web;

/// <summary>What an operator's collector gets: traces and metrics over OTLP/gRPC, to the last when the server stops.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, string> _received = new();
    private WebApplication _collector = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, Cancellation);
            _received.AddOrUpdate(context.Request.Path, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            context.Response.ContentType = "application/grpc";
            // An empty message: no part was rejected.
            await context.Response.Body.WriteAsync(new byte[5], Cancellation);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await _collector.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task Traces_and_metrics_of_an_analysis_are_exported()
    {
        string address = _collector.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using (SidaServer server = new SidaServer().With("Sida:Telemetry:OtlpEndpoint", address))
        {
            Caller anna = new(Guid.CreateVersion7(), Permissions.All);
            PictureView picture = await server.Services.GetRequiredService<PictureService>().AddAsync(anna, new MemoryStream(SidaUser.Picture()), "a.png", Cancellation);
            AnalysisService analyses = server.Services.GetRequiredService<AnalysisService>();
            AnalysisSnapshot started = await analyses.StartAsync(anna, new AnalysisOrder(picture.Id, "Is it real?"), Cancellation);
            await analyses.ReadAsync(anna, started.Id, 0, Cancellation).LastAsync(Cancellation);
        }

        string traces = _received["/opentelemetry.proto.collector.trace.v1.TraceService/Export"];
        Assert.Contains("Sida.Web.Work", traces, StringComparison.Ordinal);
        Assert.Contains("sida.state", traces, StringComparison.Ordinal);
        string metrics = _received["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"];
        foreach (string name in new[] { "sida.analysis.wait", "sida.analysis.stage", "sida.analysis.tokens_per_second", "sida.analysis.ended", "sida.analysis.waiting" })
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Is it real?", traces + metrics, StringComparison.Ordinal);
    }
}
