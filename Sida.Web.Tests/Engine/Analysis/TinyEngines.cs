using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Import;
using Sida.Engine.Models;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>Packages imported from the tiny checkpoint, and engines that run them; each is made once, when it is first asked for.</summary>
public sealed class TinyEngines : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-tiny-").FullName;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, AnalysisEngine> _engines = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<AnalysisEngine> GetAsync(
        ModelFamily family, string conversation = "llava_v1", LanguagePrecision precision = LanguagePrecision.F32, VisionPrecision vision = VisionPrecision.F32)
    {
        string key = $"{family}-{conversation}-{precision}-{vision}";
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_engines.TryGetValue(key, out AnalysisEngine? engine))
            {
                ModelPackage package = await ImportAsync(Path.Combine(_folder, key), family, conversation, precision, vision);
                engine = await AnalysisEngine.LoadAsync(package, new AnalysisEngineOptions { Device = DeviceOption.Cpu }, cancellation: TestContext.Current.CancellationToken);
                _engines[key] = engine;
            }

            return engine;
        }
        finally
        {
            _gate.Release();
        }
    }

    public static Task<ModelPackage> ImportAsync(
        string output, ModelFamily? family, string conversation = "llava_v1", LanguagePrecision precision = LanguagePrecision.F32, VisionPrecision vision = VisionPrecision.F32)
    {
        ImportOptions options = new()
        {
            CheckpointFolder = TestFixtures.Find("sida-tiny"),
            VisionTowerFolder = TestFixtures.Find("clip-tiny"),
            Output = output,
            Family = family,
            Conversation = conversation,
            Precision = precision,
            VisionPrecision = vision,
        };
        return CheckpointImporter.ImportAsync(options, null, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AnalysisEngine engine in _engines.Values)
        {
            await engine.DisposeAsync();
        }

        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
