using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Models;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Models;

/// <summary>Loads packages into the engine.</summary>
internal sealed class EngineLoader(IConfiguration configuration, IOptions<UploadOptions> uploads, IOptions<WorkOptions> work, ILogger<AnalysisEngine> logger) : IAnalyzerLoader
{
    public async Task<IAnalyzer> LoadAsync(string folder, CancellationToken cancellation)
    {
        ModelPackage package = await ModelPackage.OpenAsync(folder, cancellation);
        AnalysisEngineOptions options = new()
        {
            Device = DeviceOption.Parse(configuration["Sida:Device"] is { Length: > 0 } device ? device : "auto"),
            MaxConcurrent = work.Value.MaxRunning,
            ImageLimits = uploads.Value.ImageLimits,
            LoadSegmenterAtStart = true,
        };
        return new EngineAnalyzer(await AnalysisEngine.LoadAsync(package, options, logger, cancellation));
    }

    private sealed class EngineAnalyzer(AnalysisEngine engine) : IAnalyzer
    {
        public ModelManifest Manifest => engine.Package.Manifest;

        public string PackageHash => engine.Package.Hash;

        public string Device => engine.Device;

        public IAsyncEnumerable<AnalysisEvent> AnalyzeAsync(AnalysisRequest request, CancellationToken cancellation) => engine.AnalyzeAsync(request, cancellation);

        public Task<AnalyzedImage> PrepareSegmentationAsync(ImageSource image, AnalyzedImage? known, CancellationToken cancellation) =>
            engine.PrepareSegmentationAsync(image, known, cancellation);

        public Task<SegmentResult> SegmentAsync(SegmentPrompt prompt, CancellationToken cancellation) => engine.SegmentAsync(prompt, cancellation);

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
