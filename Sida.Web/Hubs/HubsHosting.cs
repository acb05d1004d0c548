using Microsoft.AspNetCore.SignalR;
using Sida.Web.Work;

namespace Sida.Web.Hubs;

/// <summary>The hub for programs.</summary>
internal static class HubsHosting
{
    /// <summary>A request is a question and an address; a picture's bytes are uploaded by HTTP.</summary>
    private const int MessageBytes = 64 << 10;

    public static void AddHubs(this WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR()
            .AddJsonProtocol(json => WebJson.Configure(json.PayloadSerializerOptions))
            .AddHubOptions<AnalysisHub>(hub =>
            {
                hub.MaximumReceiveMessageSize = MessageBytes;
                hub.MaximumParallelInvocationsPerClient = 16;
                hub.StreamBufferCapacity = 16;
                hub.HandshakeTimeout = TimeSpan.FromSeconds(10);
                hub.AddFilter<HubGuard>();
            });
    }

    public static void MapHubs(this WebApplication app) => app.MapHub<AnalysisHub>(AnalysisHub.Address, connection =>
    {
        connection.ApplicationMaxBufferSize = MessageBytes;
        // When a client reads slowly, the server waits with this much in memory and no more.
        connection.TransportMaxBufferSize = MessageBytes;
    });
}
