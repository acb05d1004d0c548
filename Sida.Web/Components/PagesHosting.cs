using Microsoft.AspNetCore.SignalR;
using Radzen;
using Sida.Web.Components.Chat;
using Sida.Web.Components.Shared;
using Sida.Web.Components.Sidebar;
using Sida.Web.Models;
using Sida.Web.Review.Explaining;

namespace Sida.Web.Components;

/// <summary>The interactive pages: Blazor on the server, with the limits of its circuits set on purpose.</summary>
internal static class PagesHosting
{
    /// <summary>Pictures, masks and long texts travel by HTTP, so nothing on a circuit needs to be large.</summary>
    private const int CircuitMessageBytes = 64 << 10;

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddRadzenComponents();
        builder.Services.AddLocalization(options => options.ResourcesPath = "Resources");
        builder.Services.AddSingleton<StageTimes>();
        builder.Services.AddSingleton(services => new TokenCounter(services.GetRequiredService<ModelFolders>()));
        builder.Services.AddScoped<ConversationFeed>();
        builder.Services.AddScoped<SampleGallery>();
        builder.Services.AddScoped<Toasts>();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            circuit.DisconnectedCircuitMaxRetained = 200;
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuit.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(30);
            circuit.MaxBufferedUnacknowledgedRenderBatches = 10;
        });
        builder.Services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = CircuitMessageBytes);
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode =>
        {
            // Answers carry no secrets of other people, but compression beside secrets is a known side channel (BREACH), and
            // the messages are small: leave it off. The policy header is already set for every answer.
            mode.DisableWebSocketCompression = true;
            mode.ContentSecurityFrameAncestorsPolicy = null;
        });
    }
}
