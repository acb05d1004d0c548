using Microsoft.Extensions.Configuration;
using Sida.Engine;
using Sida.Engine.Models;

namespace Sida.Cli;

/// <summary>What the command line takes from appsettings.json and the environment (Sida__Model, Sida__Device).</summary>
internal sealed record CommandSettings(string? Model, string Device)
{
    /// <exception cref="RequestException">appsettings.json is no JSON.</exception>
    public static CommandSettings Load() => Load(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));

    internal static CommandSettings Load(string file)
    {
        try
        {
            IConfiguration section = new ConfigurationBuilder().AddJsonFile(file, optional: true).AddEnvironmentVariables().Build().GetSection("Sida");
            return new CommandSettings(section["Model"], section["Device"] is { Length: > 0 } device ? device : "auto");
        }
        catch (InvalidDataException error)
        {
            throw new RequestException($"{file}: is no valid JSON ({(error.InnerException?.InnerException ?? error.InnerException ?? error).Message}). Mend it or take it away.", error);
        }
    }

    /// <summary>The configured model package, else the bundled one.</summary>
    /// <exception cref="RequestException">Neither is there.</exception>
    public string RequireModel() => Model is { Length: > 0 } model
        ? model
        : BundledModel.Find()
            ?? throw new RequestException(
                $"No model: {BundledModel.RelativePath} is not beside the program. Name a package with --model, or set Sida:Model in appsettings.json (Sida__Model in the environment).");
}
