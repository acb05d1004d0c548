using Sida.Engine.Import;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Language.Gguf;

namespace Sida.Web.Tests.Engine.Gguf;

/// <summary>Small language model files for tests.</summary>
internal static class LlamaFiles
{
    /// <summary>A model of 3 layers with grouped-query attention.</summary>
    public static LlamaConfig SmallConfig { get; } = new()
    {
        HiddenSize = 64,
        Layers = 3,
        FeedForwardSize = 96,
        Heads = 8,
        KeyValueHeads = 2,
        ContextLength = 512,
        NormEpsilon = 1e-5f,
        RopeTheta = 10_000,
        LinearRopeScaling = null,
        TiedEmbeddings = false,
    };

    /// <summary>A vocabulary of the three usual special tokens and as many words as there is room for.</summary>
    public static GgufTokenizer Tokenizer(int pieces) => new()
    {
        Pieces =
        [
            new("<unk>", 0, GgufTokenType.Unknown), new("<s>", 0, GgufTokenType.Control), new("</s>", 0, GgufTokenType.Control),
            .. Enumerable.Range(3, pieces - 3).Select(id => new GgufPiece($"word{id}", -id, GgufTokenType.Normal)),
        ],
        AddedTokens = [],
        BosId = 1,
        EosId = 2,
        UnknownId = 0,
    };

    /// <summary>Writes a random model.</summary>
    public static async Task<MemoryTensors> WriteAsync(string path, LlamaConfig config, int vocabulary, int seed, LanguagePrecision precision = LanguagePrecision.F32)
    {
        MemoryTensors tensors = MemoryTensors.RandomLlama(config, vocabulary, seed);
        await new LanguageModelWriter(tensors, config, Tokenizer(vocabulary), "test").WriteAsync(path, precision, null, TestContext.Current.CancellationToken);
        return tensors;
    }
}
