using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sida.Engine.Language.Sampling;
using Sida.Engine.Models;

namespace Sida.Engine.Analysis;

/// <summary>One model, loaded: immutable, long-lived and thread-safe. Requests that come together share its batches.</summary>
public sealed class AnalysisEngine : IAsyncDisposable
{
    /// <summary>Events that may wait for a slow listener before the analysis waits for it.</summary>
    private const int EventBuffer = 256;

    private readonly LoadedModel _model;

    private AnalysisEngine(LoadedModel model) => _model = model;

    /// <summary>The package that was loaded.</summary>
    public ModelPackage Package => _model.Package;

    /// <summary>Where the networks run, in words, for instance <c>cpu</c>.</summary>
    public string Device => _model.DeviceName;

    /// <summary>The package's own sampling settings.</summary>
    public SamplingSettings DefaultSampling => _model.DefaultSampling;

    /// <summary>Loads a verified package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">Device, threads and limits.</param>
    /// <param name="logger">Receives what the native runtimes say; null for nothing.</param>
    /// <param name="cancellation">Stops between the networks.</param>
    /// <exception cref="PackageException">A file is not what the manifest says.</exception>
    /// <exception cref="NativeRuntimeException">A runtime is missing, or can't load a file.</exception>
    public static async Task<AnalysisEngine> LoadAsync(
        ModelPackage package, AnalysisEngineOptions options, ILogger<AnalysisEngine>? logger = null, CancellationToken cancellation = default) =>
        new(await Task.Run(() => LoadedModel.LoadAsync(package, options, logger ?? NullLogger<AnalysisEngine>.Instance, cancellation), cancellation));

    /// <summary>Analyses one picture.</summary>
    /// <param name="request">The picture and the question.</param>
    /// <param name="cancellation">Stops the work within one step.</param>
    /// <returns>The steps in the order in which they happen, <see cref="FinishedEvent"/> last. Leaving the enumeration early stops the work.</returns>
    /// <exception cref="ImageException">The picture can't be read or is too large.</exception>
    /// <exception cref="RequestException">The prompt is too long or a setting is out of range.</exception>
    /// <exception cref="BusyException">The queue is full.</exception>
    public async IAsyncEnumerable<AnalysisEvent> AnalyzeAsync(AnalysisRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<AnalysisEvent> events = Channel.CreateBounded<AnalysisEvent>(new BoundedChannelOptions(EventBuffer) { SingleReader = true });
        Task run = RunAsync(request, events.Writer, stop.Token);
        try
        {
            await foreach (AnalysisEvent step in events.Reader.ReadAllAsync(cancellation))
            {
                yield return step;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await run;
        }
    }

    /// <summary>Analyses one picture and returns the outcome only.</summary>
    /// <inheritdoc cref="AnalyzeAsync"/>
    public async Task<AnalysisResult> AnalyzeToEndAsync(AnalysisRequest request, CancellationToken cancellation = default)
    {
        AnalysisResult? result = null;
        await foreach (AnalysisEvent step in AnalyzeAsync(request, cancellation))
        {
            result = (step as FinishedEvent)?.Result ?? result;
        }

        return result ?? throw new InvalidOperationException("The analysis ended without a result.");
    }

    /// <summary>Lets SAM suggest masks of the region that a person shows it.</summary>
    /// <param name="prompt">The picture, and points, a box or a mask.</param>
    /// <param name="cancellation">Stops the work within one operator of a network.</param>
    /// <returns>Up to three suggestions, best first.</returns>
    /// <exception cref="ImageException">The picture can't be read or is too large.</exception>
    /// <exception cref="RequestException">The prompt says nothing, too much, or something outside the picture.</exception>
    public Task<SegmentResult> SegmentAsync(SegmentPrompt prompt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return _model.Interactive.SegmentAsync(prompt, cancellation);
    }

    /// <summary>Computes what <see cref="SegmentAsync"/> needs of a picture, so that the first click is answered at once.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="known">What is known of it; it isn't opened when its embedding is at hand.</param>
    /// <param name="cancellation">Stops the work within one operator of a network.</param>
    /// <returns>The picture's name and size.</returns>
    /// <exception cref="ImageException">The picture can't be read or is too large.</exception>
    public Task<AnalyzedImage> PrepareSegmentationAsync(ImageSource image, AnalyzedImage? known = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _model.Interactive.PrepareAsync(image, known, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _model.DisposeAsync();

    /// <summary>Never fails itself: an error travels through the channel to the reader.</summary>
    private async Task RunAsync(AnalysisRequest request, ChannelWriter<AnalysisEvent> events, CancellationToken cancellation)
    {
        AnalysisRun run = new(_model, request, events, cancellation);
        try
        {
            await using (run)
            {
                await run.RunAsync();
            }

            events.Complete();
        }
        catch (Exception error)
        {
            events.Complete(error);
        }
    }
}
