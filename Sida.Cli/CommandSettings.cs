using Microsoft.Extensions.Configuration;
using Sida.Engine;

namespace Sida.Cli;

/// <summary>What the command line takes from appsettings.json and the environment (Sida__Model, Sida__Device).</summary>
internal sealed record CommandSettings(string? Model, string Device)
{
    public static CommandSettings Load()
    {
        IConfiguration section = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build()
            .GetSection("Sida");
        return new CommandSettings(section["Model"], section["Device"] is { Length: > 0 } device ? device : "auto");
    }

    /// <summary>The configured model package.</summary>
    /// <exception cref="RequestException">None is configured.</exception>
    public string RequireModel() => Model is { Length: > 0 } model
        ? model
        : throw new RequestException("No model: name a package with --model, or set Sida:Model in appsettings.json (Sida__Model in the environment).");
}
