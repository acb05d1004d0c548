using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>How a context (KV cache, compute buffers) is made: <c>llama_context_params</c> of llama.cpp v0.5.0, field for field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaContextParams
{
    public uint ContextSize;
    public uint BatchSize;
    public uint MicroBatchSize;
    public uint SequencesMax;
    public uint RecurrentSnapshots;
    public uint OutputsMax;
    public uint OutputsMaxPerSequence;
    public int Threads;
    public int ThreadsBatch;
    public int ContextType;
    public int RopeScalingType;
    public int PoolingType;
    public int AttentionType;
    public int FlashAttentionType;
    public float RopeFrequencyBase;
    public float RopeFrequencyScale;
    public float YarnExtensionFactor;
    public float YarnAttentionFactor;
    public float YarnBetaFast;
    public float YarnBetaSlow;
    public uint YarnOriginalContext;
    public float DefragmentationThreshold;

    /// <summary>Asked before (second argument true) and told after each node of the graph is computed.</summary>
    public delegate* unmanaged<nint, byte, void*, byte> EvaluationCallback;
    public void* EvaluationCallbackData;
    public int KeyType;
    public int ValueType;

    /// <summary>Polled while computing on the processor; a non-zero answer makes llama_decode return 2.</summary>
    public delegate* unmanaged<void*, byte> AbortCallback;
    public void* AbortCallbackData;
    public byte Embeddings;
    public byte OffloadKqv;
    public byte NoPerformanceTimings;
    public byte OffloadOperations;
    public byte FullSlidingWindow;
    public byte UnifiedKv;
    public nint Samplers;
    public nuint SamplerCount;
    public nint OtherContext;

    /// <summary>Values of <see cref="PoolingType"/> and <see cref="FlashAttentionType"/>.</summary>
    public const int PoolingNone = 0, FlashAttentionDisabled = 0, FlashAttentionEnabled = 1;
}
