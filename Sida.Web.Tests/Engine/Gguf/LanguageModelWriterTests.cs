using Microsoft.Extensions.Logging.Abstractions;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Language;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;
using Sida.Web.Tests.Engine.Import;
using Sida.Web.Tests.Engine.Language;

namespace Sida.Web.Tests.Engine.Gguf;

/// <summary>GGUF files against a reference computation, llama.cpp's own reading of them, and refusals.</summary>
public sealed class LanguageModelWriterTests : IDisposable
{
    private const int Vocabulary = 320;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, 8, 10_000f, null, false)]
    [InlineData(8, 2, 10_000f, null, false)]
    [InlineData(8, 1, 500_000f, null, true)]
    [InlineData(4, 2, 10_000f, 4f, false)]
    public async Task A_model_of_any_size_computes_what_transformers_does(int heads, int keyValueHeads, float theta, float? scaling, bool tied)
    {
        LlamaConfig config = LlamaFiles.SmallConfig with
        {
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            RopeTheta = theta,
            LinearRopeScaling = scaling,
            TiedEmbeddings = tied,
        };
        string path = _folder.File("model.gguf");
        MemoryTensors tensors = await LlamaFiles.WriteAsync(path, config, Vocabulary, seed: heads + keyValueHeads);
        int[] prompt = [1, 17, 200, 5, 5, 319, 44, 81, 3, 120, 7];
        (double[][] hidden, double[] logits) = new ReferenceLlama(config, tensors).Run(prompt);

        using LanguageModel model = await LoadAsync(path);
        float[]? actual = null;
        GenerationRequest request = new()
        {
            Prompt = [new TokenSegment(prompt)],
            MaxNewTokens = 1,
            TokensOfInterest = [.. Enumerable.Range(0, Vocabulary)],
            Logits = (_, values) => actual = values.ToArray(),
        };
        LanguageRun run = await LanguageRun.CollectAsync(model, request, TestContext.Current.CancellationToken);

        float[] states = [.. run.PromptStates.SelectMany(state => state.Hidden), .. run.Hidden[0]];
        Assert.InRange(Tensors.RelativeError(hidden.SelectMany(row => row.Select(value => (float)value)), states), 0, 2e-5);
        Assert.InRange(Tensors.RelativeError(logits.Select(value => (float)value), actual!), 0, 2e-5);
    }

    [Theory]
    [InlineData("f32", GgmlType.F32, GgmlType.F32)]
    [InlineData("f16", GgmlType.F16, GgmlType.F16)]
    [InlineData("bf16", GgmlType.BF16, GgmlType.BF16)]
    [InlineData("q8_0", GgmlType.Q8_0, GgmlType.Q8_0)]
    [InlineData("q6_k", GgmlType.Q6_K, GgmlType.Q6_K)]
    [InlineData("q5_k_m", GgmlType.Q5_K, GgmlType.Q6_K)]
    [InlineData("q4_k_m", GgmlType.Q4_K, GgmlType.Q6_K)]
    public async Task Each_precision_is_what_its_name_says_and_computes_nearly_the_same(string precision, object gate, object output)
    {
        LlamaConfig config = LlamaFiles.SmallConfig with { HiddenSize = 256, FeedForwardSize = 512 };
        string reference = _folder.File("reference.gguf");
        string path = _folder.File("model.gguf");
        await LlamaFiles.WriteAsync(reference, config, Vocabulary, seed: 3);
        await LlamaFiles.WriteAsync(path, config, Vocabulary, seed: 3, PrecisionNames.ParseLanguage(precision));

        IReadOnlyDictionary<string, GgufTensor> tensors = GgufFile.Open(path).Tensors;
        Assert.Equal(gate, tensors[LlamaTensors.Block(1, "ffn_gate")].Type);
        Assert.Equal(output, tensors[LlamaTensors.Output].Type);
        Assert.All(tensors.Values.Where(tensor => tensor.Dimensions.Count == 1), tensor => Assert.Equal(GgmlType.F32, tensor.Type));
        Assert.Equal([path, reference], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));

        float[] expected = await LastHiddenAsync(reference);
        float[] actual = await LastHiddenAsync(path);
        Assert.InRange(Tensors.RelativeError(expected, actual), 0, precision switch { "f32" => 0, "f16" or "bf16" => 0.02, "q8_0" or "q6_k" => 0.1, _ => 0.35 });
    }

    [Fact]
    public async Task Rows_that_no_block_fits_fall_back_as_llama_cpp_decides()
    {
        // 352 and 320 aren't multiples of 256, so no k-quant fits anywhere.
        string path = _folder.File("model.gguf");
        LlamaConfig config = LlamaFiles.SmallConfig with { HiddenSize = 320, FeedForwardSize = 352 };
        await LlamaFiles.WriteAsync(path, config, Vocabulary, seed: 1, LanguagePrecision.Q4KM);
        IReadOnlyDictionary<string, GgufTensor> tensors = GgufFile.Open(path).Tensors;
        Assert.Equal(GgmlType.Q5_0, tensors[LlamaTensors.Block(0, "attn_q")].Type);
        Assert.Equal(GgmlType.Q8_0, tensors[LlamaTensors.Output].Type);
        Assert.NotEmpty(await LastHiddenAsync(path));
    }

    [Fact]
    public async Task Narrow_matrices_stay_f16_and_wide_ones_beside_them_do_not()
    {
        string path = _folder.File("model.gguf");
        await LlamaFiles.WriteAsync(path, LlamaFiles.SmallConfig with { FeedForwardSize = 256 }, Vocabulary, seed: 1, LanguagePrecision.Q8);
        IReadOnlyDictionary<string, GgufTensor> tensors = GgufFile.Open(path).Tensors;
        Assert.Equal(GgmlType.F16, tensors[LlamaTensors.Block(0, "ffn_gate")].Type);
        Assert.Equal(GgmlType.F16, tensors[LlamaTensors.Output].Type);
        Assert.Equal(GgmlType.Q8_0, tensors[LlamaTensors.Block(0, "ffn_down")].Type);
        Assert.NotEmpty(await LastHiddenAsync(path));
    }

    [Fact]
    public async Task Added_tokens_get_the_attributes_that_keep_users_from_writing_structure()
    {
        const int unknown = 1, normal = 4, control = 8, userDefined = 16;
        string path = _folder.File("model.gguf");
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, 40, seed: 1);
        GgufTokenizer tokenizer = LlamaFiles.Tokenizer(30) with
        {
            AddedTokens = [new("[CLS]", 30, IsStructure: false), new("<im_start>", 31, IsStructure: true), new("beyond the table", 40, IsStructure: false)],
        };
        await new LanguageModelWriter(tensors, LlamaFiles.SmallConfig, tokenizer, "test").WriteAsync(path, LanguagePrecision.F16, null, TestContext.Current.CancellationToken);

        string[] tokens = GgufFile.Open(path).Required<string[]>("tokenizer.ggml.tokens");
        Assert.Equal(["[CLS]", "<im_start>", "[PAD32]"], tokens[30..33]);
        using LlamaModel model = LlamaModel.Load(path, DeviceOption.Cpu, TestContext.Current.CancellationToken);
        Assert.Equal([unknown, control, control, normal], new[] { 0, 1, 2, 3 }.Select(model.TokenAttributes));
        Assert.Equal([userDefined, control], new[] { 30, 31 }.Select(model.TokenAttributes));
        Assert.Equal(40, model.VocabularySize);
    }

    [Fact]
    public void Missing_and_misshapen_tensors_are_all_named()
    {
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, 40, seed: 1);
        tensors.Remove("model.layers.1.self_attn.k_proj.weight");
        tensors.Add("model.norm.weight", [63], new float[63]);
        CheckpointException error = Assert.Throws<CheckpointException>(
            () => new LanguageModelWriter(tensors, LlamaFiles.SmallConfig, LlamaFiles.Tokenizer(40), "test"));
        Assert.Contains("model.layers.1.self_attn.k_proj.weight is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("model.norm.weight is [63] where [64] is expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, "f32")]
    [InlineData(float.PositiveInfinity, "bf16")]
    [InlineData(1e5f, "f16")]
    public async Task A_weight_that_no_number_stands_for_is_refused_by_name(float weight, string precision)
    {
        const string name = "model.layers.2.mlp.up_proj.weight";
        string path = _folder.File("model.gguf");
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, 40, seed: 1);
        tensors.Set(name, 4321, weight);
        LanguageModelWriter writer = new(tensors, LlamaFiles.SmallConfig, LlamaFiles.Tokenizer(40), "test");
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => writer.WriteAsync(path, PrecisionNames.ParseLanguage(precision), null, TestContext.Current.CancellationToken));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Progress_reaches_the_end_of_both_steps()
    {
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, 40, seed: 1, TensorType.BF16);
        LanguageModelWriter writer = new(tensors, LlamaFiles.SmallConfig, LlamaFiles.Tokenizer(40), "test");
        RecordedProgress progress = new();
        await writer.WriteAsync(_folder.File("model.gguf"), LanguagePrecision.Q8, progress, TestContext.Current.CancellationToken);
        Assert.Equal(["language model, bf16", "quantising to q8_0"], progress.Reports.Select(report => report.Step).Distinct());
        Assert.All(progress.Reports.GroupBy(report => report.Step), step => Assert.Equal(step.Last().BytesTotal, step.Last().BytesDone));
    }

    [Fact]
    public async Task Cancelling_leaves_no_file_behind()
    {
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, 40, seed: 1);
        LanguageModelWriter writer = new(tensors, LlamaFiles.SmallConfig, LlamaFiles.Tokenizer(40), "test");
        using CancellationTokenSource source = new();
        RecordedProgress progress = new(source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.WriteAsync(_folder.File("model.gguf"), LanguagePrecision.Q8, progress, source.Token));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static Task<LanguageModel> LoadAsync(string path) => LanguageModel.LoadAsync(
        path, new LanguageModelOptions { Device = DeviceOption.Cpu, Threads = 1, ContextPositions = 512 }, NullLogger.Instance, TestContext.Current.CancellationToken);

    private static async Task<float[]> LastHiddenAsync(string path)
    {
        using LanguageModel model = await LoadAsync(path);
        GenerationRequest request = new() { Prompt = [new TokenSegment([1, 9, 30, 12])], MaxNewTokens = 1 };
        return (await LanguageRun.CollectAsync(model, request, TestContext.Current.CancellationToken)).Hidden[0];
    }

    /// <summary>Keeps reports in order, on the thread that makes them.</summary>
    private sealed class RecordedProgress(Action? onReport = null) : IProgress<LanguageModelProgress>
    {
        public List<LanguageModelProgress> Reports { get; } = [];

        public void Report(LanguageModelProgress value)
        {
            Reports.Add(value);
            onReport?.Invoke();
        }
    }
}
