using Sida.Engine.Analysis;
using Sida.Engine.Models;

namespace Sida.Web.Models;

/// <summary>One loaded model: the seam between the web app and the engine.</summary>
internal interface IAnalyzer : IAsyncDisposable
{
    /// <summary>What the package says of itself.</summary>
    ModelManifest Manifest { get; }

    /// <summary>SHA-256 of the package's manifest: the identity of the whole package.</summary>
    string PackageHash { get; }

    /// <summary>Where the networks run, in words.</summary>
    string Device { get; }

    /// <summary>Analyses one picture; the last event is <see cref="FinishedEvent"/>.</summary>
    /// <exception cref="Sida.Engine.SidaException">The analysis failed; the message says why.</exception>
    IAsyncEnumerable<AnalysisEvent> AnalyzeAsync(AnalysisRequest request, CancellationToken cancellation);

    /// <summary>Computes what <see cref="SegmentAsync"/> needs of a picture, so that the first click is answered at once.</summary>
    /// <exception cref="Sida.Engine.SidaException">The picture can't be read; the message says why.</exception>
    Task<AnalyzedImage> PrepareSegmentationAsync(ImageSource image, AnalyzedImage? known, CancellationToken cancellation);

    /// <summary>Masks of the region that a person shows, best first.</summary>
    /// <exception cref="Sida.Engine.SidaException">The prompt can't be served; the message says why.</exception>
    Task<SegmentResult> SegmentAsync(SegmentPrompt prompt, CancellationToken cancellation);
}

/// <summary>Loads model packages.</summary>
internal interface IAnalyzerLoader
{
    /// <summary>Verifies and loads a package.</summary>
    /// <exception cref="Sida.Engine.SidaException">It can't be loaded; the message says why.</exception>
    Task<IAnalyzer> LoadAsync(string folder, CancellationToken cancellation);
}
