using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>
/// Takes the hidden states after the final norm out of a running graph. llama.cpp's own switch for that (<c>embeddings</c>) makes
/// every position of a batch an output, so that the vocabulary-wide last layer is computed for the whole prompt; the evaluation
/// callback sees the node <c>result_norm</c> instead, which has a row for each position that was marked as an output, in order.
/// </summary>
internal sealed unsafe class HiddenStateTap : IDisposable
{
    private const ulong ResultN = 0x6e5f746c75736572; // "result_n", little-endian
    private const uint Orm = 0x006d726f; // "orm" and the end of the string
    private readonly LlamaLibrary _library;
    private readonly int _hiddenSize;
    private readonly float[] _rows;
    private GCHandle _self;

    /// <summary>Room for <paramref name="rows"/> outputs of one step.</summary>
    public HiddenStateTap(LlamaLibrary library, int rows, int hiddenSize)
    {
        _library = library;
        _hiddenSize = hiddenSize;
        _rows = GC.AllocateUninitializedArray<float>(checked(rows * hiddenSize), pinned: true);
        _self = GCHandle.Alloc(this);
    }

    /// <summary>Rows that the last step left.</summary>
    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>The hidden state (H) of one output row.</summary>
    public ReadOnlySpan<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _rows.AsSpan(index * _hiddenSize, _hiddenSize);
    }

    /// <summary>Connects a context that is about to be made.</summary>
    public void Attach(ref LlamaContextParams parameters)
    {
        parameters.EvaluationCallback = &Evaluate;
        parameters.EvaluationCallbackData = (void*)GCHandle.ToIntPtr(_self);
    }

    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static byte Evaluate(nint tensor, byte ask, void* self)
    {
        HiddenStateTap tap = (HiddenStateTap)GCHandle.FromIntPtr((nint)self).Target!;

        // Names are in a fixed array of 64 bytes, so reading the first 12 is always allowed.
        byte* name = tap._library.TensorName(tensor);
        if (*(ulong*)name != ResultN || *(uint*)(name + 8) != Orm)
        {
            return ask == 0 ? (byte)1 : (byte)0;
        }

        if (ask == 0)
        {
            tap.Take(tensor);
        }

        return 1;
    }

    private void Take(nint tensor)
    {
        nuint bytes = _library.TensorBytes(tensor);
        int rows = (int)(bytes / (nuint)(_hiddenSize * sizeof(float)));
        int free = (_rows.Length / _hiddenSize) - Count;
        if (rows > 0 && rows <= free)
        {
            float* target = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _rows[Count * _hiddenSize]);
            _library.TensorGet(tensor, target, 0, bytes);
            Count += rows;
        }
    }
}
