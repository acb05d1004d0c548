using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Sida.Web.Hosting;

/// <summary>The server itself: limits that hold for every request, shutdown, and what happens when a setting is wrong.</summary>
internal static class ServerHosting
{
    /// <summary>sysexits.h EX_CONFIG: service managers read it as "restarting won't help".</summary>
    private const int ConfigurationError = 78;

    public static void AddServer(this WebApplicationBuilder builder)
    {
        // Without this, packages' own assets are found only in the Development environment or after publishing.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(Limit);
        builder.Services.AddSettings<ServerOptions>(ServerOptions.Section);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>((host, server) => host.ShutdownTimeout = server.Value.ShutdownGrace + TimeSpan.FromSeconds(5));
    }

    /// <summary>Runs until a signal; a wrong setting is told in one line each instead of a stack trace.</summary>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using WebApplication app = build();
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException error)
        {
            foreach (string failure in error.Failures)
            {
                await Console.Error.WriteLineAsync($"Setting: {failure}");
            }

            return ConfigurationError;
        }
        catch (StartException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ConfigurationError;
        }
        catch (InvalidOperationException error) when (error.Source == "Microsoft.Extensions.Configuration.Binder")
        {
            await Console.Error.WriteLineAsync($"Setting: {error.Message}");
            return ConfigurationError;
        }
    }

    /// <summary>Small by default; the upload routes, which stream to disk, raise the body limit for themselves.</summary>
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }
}
