using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Models;

/// <summary>Loads the default model when the server starts. The first question to a model touches every weight and is slow: it is asked here.</summary>
internal sealed partial class WarmUp(ModelHost models, IOptions<ModelOptions> options, ILogger<WarmUp> logger) : BackgroundService
{
    private const int PictureSide = 64;

    /// <summary>Asks a model about a grey square and throws the answer away.</summary>
    public static async Task AskAsync(IAnalyzer analyzer, CancellationToken cancellation)
    {
        byte[] grey = new byte[PictureSide * PictureSide * 3];
        Array.Fill(grey, (byte)128);
        AnalysisRequest request = new()
        {
            Image = ImageSource.FromBytes(ImageEncoder.EncodePng(new RgbImage(PictureSide, PictureSide, grey))),
            Prompt = PromptPresets.Detect,
            MaxNewTokens = 1,
        };
        await foreach (AnalysisEvent _ in analyzer.AnalyzeAsync(request, cancellation))
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.WarmUp)
        {
            return;
        }

        try
        {
            using ModelLease lease = await models.UseAsync(null, stoppingToken);
        }
        catch (SidaException error)
        {
            // The server goes on: pages say what is missing, and a package that is mended or installed later is found.
            NoModel(logger, error.Message);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // So it does when the program itself is at fault, which the first question to this model then shows.
            Broke(logger, error);
        }
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Warning, Message = "{Problem}")]
    private static partial void NoModel(ILogger logger, string problem);

    [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "The default model could not be loaded")]
    private static partial void Broke(ILogger logger, Exception error);
}
