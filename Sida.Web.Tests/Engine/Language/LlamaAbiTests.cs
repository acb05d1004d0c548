using System.Reflection;
using System.Runtime.InteropServices;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>
/// The native structs against llama.cpp v0.5.0 on x86-64: first the layout that its header gives, then the values that the library
/// itself writes into them, which land elsewhere if a field is missing or of the wrong width.
/// </summary>
public unsafe class LlamaAbiTests
{
    [Fact]
    public void Model_parameters_have_the_layout_of_the_header()
    {
        AssertLayout<LlamaModelParams>(
            80,
            (0, nameof(LlamaModelParams.Devices)), (8, nameof(LlamaModelParams.TensorBufferOverrides)),
            (16, nameof(LlamaModelParams.GpuLayers)), (20, nameof(LlamaModelParams.SplitMode)),
            (24, nameof(LlamaModelParams.LoadMode)), (28, nameof(LlamaModelParams.LazyMode)),
            (32, nameof(LlamaModelParams.MainGpu)), (40, nameof(LlamaModelParams.TensorSplit)),
            (48, nameof(LlamaModelParams.ProgressCallback)), (56, nameof(LlamaModelParams.ProgressCallbackData)),
            (64, nameof(LlamaModelParams.MetadataOverrides)), (72, nameof(LlamaModelParams.VocabularyOnly)),
            (73, nameof(LlamaModelParams.CheckTensors)), (74, nameof(LlamaModelParams.UseExtraBuffers)),
            (75, nameof(LlamaModelParams.NoHost)), (76, nameof(LlamaModelParams.NoAlloc)), (77, nameof(LlamaModelParams.LoadMtp)));
    }

    [Fact]
    public void Context_parameters_have_the_layout_of_the_header()
    {
        AssertLayout<LlamaContextParams>(
            160,
            (0, nameof(LlamaContextParams.ContextSize)), (4, nameof(LlamaContextParams.BatchSize)),
            (8, nameof(LlamaContextParams.MicroBatchSize)), (12, nameof(LlamaContextParams.SequencesMax)),
            (16, nameof(LlamaContextParams.RecurrentSnapshots)), (20, nameof(LlamaContextParams.OutputsMax)),
            (24, nameof(LlamaContextParams.OutputsMaxPerSequence)), (28, nameof(LlamaContextParams.Threads)),
            (32, nameof(LlamaContextParams.ThreadsBatch)), (36, nameof(LlamaContextParams.ContextType)),
            (40, nameof(LlamaContextParams.RopeScalingType)), (44, nameof(LlamaContextParams.PoolingType)),
            (48, nameof(LlamaContextParams.AttentionType)), (52, nameof(LlamaContextParams.FlashAttentionType)),
            (56, nameof(LlamaContextParams.RopeFrequencyBase)), (60, nameof(LlamaContextParams.RopeFrequencyScale)),
            (64, nameof(LlamaContextParams.YarnExtensionFactor)), (68, nameof(LlamaContextParams.YarnAttentionFactor)),
            (72, nameof(LlamaContextParams.YarnBetaFast)), (76, nameof(LlamaContextParams.YarnBetaSlow)),
            (80, nameof(LlamaContextParams.YarnOriginalContext)), (84, nameof(LlamaContextParams.DefragmentationThreshold)),
            (88, nameof(LlamaContextParams.EvaluationCallback)), (96, nameof(LlamaContextParams.EvaluationCallbackData)),
            (104, nameof(LlamaContextParams.KeyType)), (108, nameof(LlamaContextParams.ValueType)),
            (112, nameof(LlamaContextParams.AbortCallback)), (120, nameof(LlamaContextParams.AbortCallbackData)),
            (128, nameof(LlamaContextParams.Embeddings)), (129, nameof(LlamaContextParams.OffloadKqv)),
            (130, nameof(LlamaContextParams.NoPerformanceTimings)), (131, nameof(LlamaContextParams.OffloadOperations)),
            (132, nameof(LlamaContextParams.FullSlidingWindow)), (133, nameof(LlamaContextParams.UnifiedKv)),
            (136, nameof(LlamaContextParams.Samplers)), (144, nameof(LlamaContextParams.SamplerCount)),
            (152, nameof(LlamaContextParams.OtherContext)));
    }

    [Fact]
    public void A_batch_has_the_layout_of_the_header()
    {
        AssertLayout<LlamaBatch>(
            56,
            (0, nameof(LlamaBatch.TokenCount)), (8, nameof(LlamaBatch.Tokens)), (16, nameof(LlamaBatch.Embeddings)),
            (24, nameof(LlamaBatch.Positions)), (32, nameof(LlamaBatch.SequenceCounts)), (40, nameof(LlamaBatch.SequenceIds)),
            (48, nameof(LlamaBatch.Outputs)));
    }

    [Fact]
    public void Quantisation_parameters_have_the_layout_of_the_header()
    {
        AssertLayout<LlamaQuantizeParams>(
            64,
            (0, nameof(LlamaQuantizeParams.Threads)), (4, nameof(LlamaQuantizeParams.FileType)),
            (8, nameof(LlamaQuantizeParams.OutputTensorType)), (12, nameof(LlamaQuantizeParams.TokenEmbeddingType)),
            (16, nameof(LlamaQuantizeParams.AllowRequantize)), (17, nameof(LlamaQuantizeParams.QuantizeOutputTensor)),
            (18, nameof(LlamaQuantizeParams.OnlyCopy)), (19, nameof(LlamaQuantizeParams.Pure)),
            (20, nameof(LlamaQuantizeParams.KeepSplit)), (21, nameof(LlamaQuantizeParams.DryRun)),
            (24, nameof(LlamaQuantizeParams.ImportanceMatrix)), (32, nameof(LlamaQuantizeParams.MetadataOverrides)),
            (40, nameof(LlamaQuantizeParams.TensorTypeOverrides)), (48, nameof(LlamaQuantizeParams.PrunedLayers)),
            (56, nameof(LlamaQuantizeParams.MaxBufferSize)));
    }

    [Fact]
    public void Tensor_overrides_have_the_layout_of_the_header()
    {
        Assert.Equal(16, Marshal.SizeOf<LlamaQuantization.TensorOverride>());
        Assert.Equal([0, 8], typeof(LlamaQuantization.TensorOverride).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(field => (int)Marshal.OffsetOf<LlamaQuantization.TensorOverride>(field.Name)));
    }

    [Fact]
    public void The_library_writes_its_model_defaults_where_they_are_read()
    {
        LlamaModelParams p = LlamaLibrary.Instance.ModelDefaultParams();
        Assert.True(p.Devices == null && p.TensorSplit == null && p.ProgressCallback == null && p.ProgressCallbackData == null);
        Assert.Equal((-1, 1, -1, 1, 0), (p.GpuLayers, p.SplitMode, p.LoadMode, p.LazyMode, p.MainGpu));
        Assert.Equal((0, 0, 1, 0, 0), (p.VocabularyOnly, p.CheckTensors, p.UseExtraBuffers, p.NoHost, p.NoAlloc));
    }

    [Fact]
    public void The_library_writes_its_context_defaults_where_they_are_read()
    {
        LlamaContextParams p = LlamaLibrary.Instance.ContextDefaultParams();
        Assert.Equal((512u, 2048u, 512u, 1u), (p.ContextSize, p.BatchSize, p.MicroBatchSize, p.SequencesMax));
        Assert.Equal((-1, -1, -1, -1), (p.RopeScalingType, p.PoolingType, p.AttentionType, p.FlashAttentionType));
        Assert.Equal((0f, 0f, -1f, -1f, -1f, -1f), (p.RopeFrequencyBase, p.RopeFrequencyScale, p.YarnExtensionFactor, p.YarnAttentionFactor, p.YarnBetaFast, p.YarnBetaSlow));
        Assert.Equal(((int)GgmlType.F16, (int)GgmlType.F16), (p.KeyType, p.ValueType));
        Assert.True(p.EvaluationCallback == null && p.AbortCallback == null);
        Assert.Equal((0, 1, 1, 1, 1, 0), (p.Embeddings, p.OffloadKqv, p.NoPerformanceTimings, p.OffloadOperations, p.FullSlidingWindow, p.UnifiedKv));
        Assert.Equal(((nint)0, (nuint)0, (nint)0), (p.Samplers, p.SamplerCount, p.OtherContext));
    }

    [Fact]
    public void The_library_writes_its_quantisation_defaults_where_they_are_read()
    {
        const int Q8FileType = 7, NoTensorType = 43;
        LlamaQuantizeParams p = LlamaLibrary.Instance.QuantizeDefaultParams();
        Assert.Equal((0, Q8FileType, NoTensorType, NoTensorType), (p.Threads, p.FileType, p.OutputTensorType, p.TokenEmbeddingType));
        Assert.Equal((0, 1, 0, 0, 0, 0), (p.AllowRequantize, p.QuantizeOutputTensor, p.OnlyCopy, p.Pure, p.KeepSplit, p.DryRun));
        Assert.Equal((nuint)8 << 30, p.MaxBufferSize);
    }

    private static void AssertLayout<T>(int size, params (int Offset, string Field)[] expected)
        where T : unmanaged
    {
        Assert.Equal(size, sizeof(T));
        IEnumerable<(int, string)> actual = typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public)
            .Select(field => ((int)Marshal.OffsetOf<T>(field.Name), field.Name));
        Assert.Equal(expected, actual);
    }
}
