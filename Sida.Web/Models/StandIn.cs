using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Models;
using Sida.Web.Data;

namespace Sida.Web.Models;

/// <summary>
/// Where no model is installed, the first start imports the checkpoint that the tests use: real in every part, but with random weights.
/// Everything can be tried with it, and nothing it says means anything, which is what pages say beside each of its answers.
/// </summary>
internal sealed partial class StandIn(ModelFolders folders, DataFolder data, IOptions<ModelOptions> options, IHostEnvironment environment, ILogger<StandIn> logger) : IHostedService
{
    /// <summary>The name of its package folder.</summary>
    public const string Id = "untrained-stand-in";

    /// <summary>What must stand beside everything that it says.</summary>
    public const string Warning =
        "This is the untrained stand-in model: its weights are random and its answers mean nothing.";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string checkpoint = Path.GetFullPath(options.Value.StandIn, environment.ContentRootPath);
        if (options.Value.StandIn.Length == 0 || !Directory.Exists(checkpoint) || folders.List().Count > 0)
        {
            return;
        }

        Making(logger);
        try
        {
            ImportOptions import = new()
            {
                CheckpointFolder = Path.Combine(checkpoint, "sida-tiny"),
                VisionTowerFolder = Path.Combine(checkpoint, "clip-tiny"),
                Output = Path.Combine(data.Models, Id),
                Family = ModelFamily.Sida,
                Precision = LanguagePrecision.F16,
                Name = "Untrained stand-in",
                Licence = "Apache-2.0",
            };
            await CheckpointImporter.ImportAsync(import, null, cancellationToken);
        }
        catch (SidaException error)
        {
            Failed(logger, error);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 310, Level = LogLevel.Information, Message = "No model is installed: making the untrained stand-in, so that everything can be tried (this start only)")]
    private static partial void Making(ILogger logger);

    [LoggerMessage(EventId = 311, Level = LogLevel.Warning, Message = "The untrained stand-in model could not be made; pages say that no model is installed")]
    private static partial void Failed(ILogger logger, Exception error);
}
