using System.Runtime.CompilerServices;
using Sida.Engine.Analysis;
using Sida.Engine.Models;
using Sida.Web.Models;

namespace Sida.Web.Tests.Web;

/// <summary>
/// Installed model packages whose answers a test writes: the other side of the seam between web app and engine. Their folders and
/// manifests are real, their weights don't exist.
/// </summary>
internal sealed class ScriptedModels : IAnalyzerLoader
{
    private int _loads;

    public ScriptedModels(string folder)
    {
        Folder = folder;
        Install("alpha");
    }

    public string Folder { get; }

    /// <summary>Awaited when a package is loaded.</summary>
    public Func<Task> BeforeLoad { get; set; } = () => Task.CompletedTask;

    /// <summary>How often a package was loaded.</summary>
    public int Loads => _loads;

    /// <summary>What every model answers.</summary>
    public Func<AnalysisRequest, CancellationToken, IAsyncEnumerable<AnalysisEvent>> Script { get; set; } = WholeAnswer;

    /// <summary>The requests that models got, in order.</summary>
    public List<AnalysisRequest> Requests { get; } = [];

    /// <summary>What every model suggests for a region.</summary>
    public Func<SegmentPrompt, CancellationToken, Task<SegmentResult>> Segments { get; set; } = ScriptedSegments.RespondAsync;

    /// <summary>The prompts for regions that models got, in order.</summary>
    public List<SegmentPrompt> SegmentPrompts { get; } = [];

    /// <summary>The pictures that models were told to prepare, in order.</summary>
    public List<AnalyzedImage?> Prepared { get; } = [];

    /// <summary>The script that there is unless a test sets another.</summary>
    public static IAsyncEnumerable<AnalysisEvent> WholeAnswer(AnalysisRequest request, CancellationToken cancellation) =>
        new ScriptedAnswer { Prompt = request.Prompt }.PlayAsync(cancellation);

    public void Install(string id)
    {
        string folder = Path.Combine(Folder, id);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, ModelManifest.FileName), ModelManifestJson.Write(Manifest(id)));
    }

    public async Task<IAnalyzer> LoadAsync(string folder, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _loads);
        await BeforeLoad().WaitAsync(cancellation);
        return new Analyzer(this, Path.GetFileName(folder));
    }

    public static ModelManifest Manifest(string name) => new()
    {
        FormatVersion = ModelManifest.CurrentFormatVersion,
        Name = name.ToUpperInvariant(),
        Version = "1",
        Family = ModelFamily.Sida,
        Conversation = "llava_v1",
        ResponseMode = ResponseMode.Generated,
        ClassNames = ["real", "full synthetic", "tampered"],
        Source = new PackageSource(name, "clip", "test", [], []),
        Tools = new PackageTools("1", "1", "1", DateTimeOffset.UnixEpoch),
        Architecture = new ModelArchitecture { HiddenSize = 8, Layers = 1, VocabularySize = 8, ContextLength = 64, ImageTokens = 4, PromptWidth = 8, Parameters = 1000 },
        Precision = new PackagePrecision("f32", "f32"),
        Tokenizer = new TokenizerSettings(),
        Generation = new GenerationDefaults { StopTokens = [2] },
        Preprocessing = new PackagePreprocessing(new ClipPixels(224, 224, true, 1 / 255.0, [0, 0, 0], [1, 1, 1]), new SamPixels(1024, [0, 0, 0], [1, 1, 1])),
        Files = [],
    };

    private sealed class Analyzer(ScriptedModels models, string id) : IAnalyzer
    {
        public ModelManifest Manifest { get; } = Manifest(id);

        public string PackageHash => new('a', 64);

        public string Device => "script";

        public async IAsyncEnumerable<AnalysisEvent> AnalyzeAsync(AnalysisRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            if (request.MaxNewTokens == 1)
            {
                // Warming up is not a question of the test.
                yield break;
            }

            lock (models.Requests)
            {
                models.Requests.Add(request);
            }

            await foreach (AnalysisEvent step in models.Script(request, cancellation).WithCancellation(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return step;
            }
        }

        public Task<AnalyzedImage> PrepareSegmentationAsync(ImageSource image, AnalyzedImage? known, CancellationToken cancellation)
        {
            lock (models.Prepared)
            {
                models.Prepared.Add(known);
            }

            return Task.FromResult(known!);
        }

        public Task<SegmentResult> SegmentAsync(SegmentPrompt prompt, CancellationToken cancellation)
        {
            lock (models.SegmentPrompts)
            {
                models.SegmentPrompts.Add(prompt);
            }

            return models.Segments(prompt, cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
