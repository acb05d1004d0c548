using Microsoft.Extensions.Logging.Abstractions;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Checkpoints.Configuration;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Language;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>The language model of the tiny checkpoint, imported once per precision and kept until the tests that share it are over.</summary>
public sealed class TinyLanguageModel : IAsyncLifetime
{
    private static readonly LanguageModelOptions Small = new() { Device = DeviceOption.Cpu, Threads = 1, ContextPositions = 4096 };
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-language-").FullName;
    private LanguageModel? _model;

    /// <summary>f32, 4096 positions in the cache, of which a request may take the 2048 that it was trained for, 8 requests at once.</summary>
    internal LanguageModel Model => _model!;

    public async ValueTask InitializeAsync() => _model = await LoadAsync(LanguagePrecision.F32);

    public ValueTask DisposeAsync()
    {
        _model?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Another instance, which the caller disposes.</summary>
    internal async Task<LanguageModel> LoadAsync(LanguagePrecision precision, Func<LanguageModelOptions, LanguageModelOptions>? change = null)
    {
        string path = await FileAsync(precision);
        return await LanguageModel.LoadAsync(path, change?.Invoke(Small) ?? Small, NullLogger.Instance, CancellationToken.None);
    }

    /// <summary>The GGUF file of a precision.</summary>
    internal async Task<string> FileAsync(LanguagePrecision precision)
    {
        string path = Path.Combine(_folder, $"{PrecisionNames.NameOf(precision)}.gguf");
        if (!File.Exists(path))
        {
            using Checkpoint checkpoint = Checkpoint.Open(TestFixtures.Find("sida-tiny"));
            await Writer(checkpoint).WriteAsync(path, precision, null, CancellationToken.None);
        }

        return path;
    }

    /// <summary>The writer for the tiny checkpoint.</summary>
    internal static LanguageModelWriter Writer(ITensorSource checkpoint)
    {
        string folder = TestFixtures.Find("sida-tiny");
        GgufTokenizer tokenizer = GgufTokenizer.From(LlamaTokenizer.FromFolder(folder), SidaTokenizer.StructuralTokens);
        return new LanguageModelWriter(checkpoint, LanguageSizes.Of(SidaConfig.Read(new CheckpointFolder(folder))), tokenizer, "tiny");
    }
}

/// <summary>Tests that share <see cref="TinyLanguageModel"/>; they don't run at the same time.</summary>
[CollectionDefinition(Name)]
public sealed class TinyLanguageModelTests : ICollectionFixture<TinyLanguageModel>
{
    public const string Name = "tiny language model";
}
