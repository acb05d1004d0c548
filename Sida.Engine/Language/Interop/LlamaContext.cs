using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sida.Engine.Language.Gguf;

namespace Sida.Engine.Language.Interop;

/// <summary>
/// One context of a model: a KV cache that all sequences share, and the buffers of a step. Every argument is checked here, because
/// llama.cpp asserts instead of reporting. Not thread-safe, except <see cref="AbortStep"/>.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    private readonly LlamaModel _model;
    private readonly LlamaLibrary _library;
    private readonly LlamaContextOptions _options;
    private readonly HiddenStateTap _tap;
    private readonly LlamaContextHandle _handle;
    private readonly nint _memory;
    private readonly int[] _abort = GC.AllocateArray<int>(1, pinned: true);
    private LlamaStep? _step;

    /// <summary>Allocates the KV cache and the buffers.</summary>
    /// <exception cref="NativeRuntimeException">There isn't enough memory, or llama.cpp refused for another reason.</exception>
    public LlamaContext(LlamaModel model, LlamaContextOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Cells % 256, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Sequences, LlamaContextOptions.MostSequences, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.OutputsMax, options.Sequences, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.OutputsMax, options.BatchSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchSize, options.Cells, nameof(options));
        _model = model;
        _library = model.Library;
        _options = options;
        _tap = new HiddenStateTap(_library, options.OutputsMax, model.HiddenSize);

        LlamaContextParams parameters = _library.ContextDefaultParams();
        parameters.ContextSize = (uint)options.Cells;
        parameters.BatchSize = (uint)options.BatchSize;

        // One micro-batch per step: outputs keep the order of the step, and an aborted step leaves nothing behind.
        parameters.MicroBatchSize = (uint)options.BatchSize;
        parameters.SequencesMax = (uint)options.Sequences;
        parameters.OutputsMax = (uint)options.OutputsMax;
        parameters.Threads = options.Threads;
        parameters.ThreadsBatch = options.Threads;
        parameters.PoolingType = LlamaContextParams.PoolingNone;
        parameters.Embeddings = 0;
        parameters.NoPerformanceTimings = 1;

        // One stream of cells for all sequences: a prefix can then be shared by them, and unequal sequences fit in one step.
        parameters.UnifiedKv = 1;
        GgmlType cache = options.FullPrecision ? GgmlType.F32 : GgmlType.F16;
        parameters.KeyType = (int)cache;
        parameters.ValueType = (int)cache;
        parameters.FlashAttentionType =
            options.FullPrecision ? LlamaContextParams.FlashAttentionDisabled : LlamaContextParams.FlashAttentionEnabled;
        parameters.OffloadKqv = model.Device.IsGpu ? (byte)1 : (byte)0;
        parameters.OffloadOperations = parameters.OffloadKqv;
        parameters.AbortCallback = &IsAborted;
        parameters.AbortCallbackData = Unsafe.AsPointer(ref _abort[0]);
        _tap.Attach(ref parameters);

        using LlamaErrors errors = new(_library.Log);
        _handle = new LlamaContextHandle(_library, model.Handle, parameters);
        if (_handle.IsInvalid)
        {
            _tap.Dispose();
            throw new NativeRuntimeException(
                $"llama.cpp can't make a context of {options.Cells} positions: {errors.Text}. Use a smaller context.");
        }

        nint context = _handle.DangerousGetHandle();
        _memory = _library.GetMemory(context);
        Cells = (int)_library.ContextSize(context);
    }

    /// <summary>Positions that the KV cache holds.</summary>
    public int Cells { get; }

    /// <summary>A step of the right size for <see cref="Decode"/>.</summary>
    public LlamaStep NewStep() => new(_options.BatchSize, _model.HiddenSize, _model.VocabularySize);

    /// <summary>Computes a step. Blocks; the results are valid until the next step.</summary>
    /// <returns>False if <see cref="AbortStep"/> stopped it, in which case none of its positions is in the cache.</returns>
    /// <exception cref="NativeRuntimeException">llama.cpp reported an error.</exception>
    public bool Decode(LlamaStep step)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step.Count, _options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step.OutputIndexes.Count, _options.OutputsMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.HighestSequence, _options.Sequences);
        _tap.Clear();
        _step = step;
        using LlamaErrors errors = new(_library.Log);
        int result = _library.Decode(Context, step.ToBatch());
        return result switch
        {
            0 when _tap.Count == step.OutputIndexes.Count => true,
            0 => throw new NativeRuntimeException(
                $"llama.cpp gave {_tap.Count} hidden states where {step.OutputIndexes.Count} were asked for; it isn't the expected release."),
            2 => false,
            1 => throw new NativeRuntimeException($"llama.cpp found no room in the KV cache for {step.Count} positions."),
            _ => throw new NativeRuntimeException($"llama.cpp failed to decode (code {result}): {errors.Text}."),
        };
    }

    /// <summary>The logits (vocabulary size) of an output row of the last step.</summary>
    public ReadOnlySpan<float> Logits(int row)
    {
        float* logits = _library.GetLogits(Context, _step!.OutputIndexes[row]);
        return logits is null
            ? throw new NativeRuntimeException("llama.cpp has no logits for a position that was marked as an output.")
            : new ReadOnlySpan<float>(logits, _model.VocabularySize);
    }

    /// <summary>The hidden state after the final norm (H) of an output row of the last step.</summary>
    public ReadOnlySpan<float> Hidden(int row) => _tap.Row(row);

    /// <summary>Changes the number of processor threads of later steps.</summary>
    public void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        _library.SetThreads(Context, threads, threads);
    }

    /// <summary>Forgets a sequence's positions from <paramref name="from"/> on.</summary>
    public void RemoveSequence(int sequence, int from = 0)
    {
        CheckSequence(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        _library.MemorySequenceRemove(_memory, sequence, from, -1);
    }

    /// <summary>Makes the first <paramref name="count"/> positions of one sequence part of another, empty one; the cells are shared.</summary>
    public void CopySequence(int source, int target, int count)
    {
        CheckSequence(source);
        CheckSequence(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _library.MemorySequenceCopy(_memory, source, target, 0, count);
    }

    /// <summary>Number of positions of a sequence.</summary>
    public int SequenceLength(int sequence)
    {
        CheckSequence(sequence);
        return _library.MemorySequencePositionMax(_memory, sequence) + 1;
    }

    /// <summary>Forgets all sequences and zeroes the cache.</summary>
    public void Clear() => _library.MemoryClear(_memory, 1);

    /// <summary>Stops the running step and every later one, from any thread; works on the processor only.</summary>
    public void AbortStep() => Volatile.Write(ref _abort[0], 1);

    /// <summary>Takes <see cref="AbortStep"/> back.</summary>
    public void AllowSteps() => Volatile.Write(ref _abort[0], 0);

    public void Dispose()
    {
        _handle.Dispose();
        _tap.Dispose();
    }

    private nint Context
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle.DangerousGetHandle();
        }
    }

    [UnmanagedCallersOnly]
    private static byte IsAborted(void* flag) => (byte)Volatile.Read(ref *(int*)flag);

    private void CheckSequence(int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, _options.Sequences);
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
    }
}
