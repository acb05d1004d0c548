using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Web.Components;

namespace Sida.Web.Tests.Web;

/// <summary>The whole web app in the test's process, with a folder of its own that goes away afterwards.</summary>
public sealed class SidaServer : WebApplicationFactory<App>
{
    private readonly Dictionary<string, string?> _settings = [];
    private readonly List<Action<IServiceCollection>> _services = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("sida-web-").FullName;

    /// <summary>Everything the server logged at warning and above.</summary>
    internal CapturedLog Log { get; } = new();

    public SidaServer With(string setting, string? value)
    {
        _settings[setting] = value;
        return this;
    }

    public SidaServer With(Action<IServiceCollection> services)
    {
        _services.Add(services);
        return this;
    }

    /// <summary>Serves over a real socket, for browsers and stock clients.</summary>
    public Uri Listen()
    {
        UseKestrel(0);
        StartServer();
        return ClientOptions.BaseAddress;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach ((string setting, string? value) in _settings)
        {
            builder.UseSetting(setting, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureServices(services => _services.ForEach(change => change(services)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
