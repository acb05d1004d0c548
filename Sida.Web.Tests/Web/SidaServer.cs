using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Web.Accounts;
using Sida.Web.Components;
using Sida.Web.Models;

namespace Sida.Web.Tests.Web;

/// <summary>The whole web app in the test's process, with a folder of its own that goes away afterwards.</summary>
public sealed class SidaServer : WebApplicationFactory<App>
{
    private readonly Dictionary<string, string?> _settings = [];
    private readonly List<Action<IServiceCollection>> _services = [];

    private readonly bool _ownsFolder;

    public SidaServer()
        : this(Directory.CreateTempSubdirectory("sida-web-").FullName, ownsFolder: true)
    {
    }

    private SidaServer(string folder, bool ownsFolder)
    {
        (Folder, _ownsFolder) = (folder, ownsFolder);
        Models = new ScriptedModels(Path.Combine(Folder, "models"));
    }

    public string Folder { get; }

    /// <summary>The models that are installed, and what they answer.</summary>
    internal ScriptedModels Models { get; }

    /// <summary>What the server takes for the time.</summary>
    internal ShiftedClock Clock { get; } = new();

    /// <summary>Another server on the same data, as after a restart.</summary>
    public SidaServer Successor() => new(Folder, ownsFolder: false);

    /// <summary>Everything the server logged at warning and above.</summary>
    internal CapturedLog Log { get; } = new();

    /// <summary>What the server told the person at its console.</summary>
    internal CapturedNotices Notices { get; } = new();

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
        builder.UseSetting("Sida:Storage:Folder", Path.Combine(Folder, "data"));
        builder.UseSetting("Sida:Models:Folder", Models.Folder);
        builder.UseSetting("Sida:Models:WarmUp", "false");
        builder.UseSetting("Sida:Models:StandIn", "");
        builder.UseSetting("Sida:Server:ShutdownGrace", "00:00:00");
        foreach ((string setting, string? value) in _settings)
        {
            builder.UseSetting(setting, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureServices(services =>
        {
            services.AddSingleton<IAnalyzerLoader>(Models);
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<IOperatorNotice>(Notices);
            _services.ForEach(change => change(services));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && _ownsFolder && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
