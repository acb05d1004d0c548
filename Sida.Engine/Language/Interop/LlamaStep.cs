namespace Sida.Engine.Language.Interop;

/// <summary>
/// The positions of one decoding step, in pinned memory that is reused. All of them are tokens or all are embedding rows: llama.cpp
/// takes no mixture.
/// </summary>
internal sealed unsafe class LlamaStep
{
    private readonly int _hiddenSize;
    private readonly int _vocabularySize;
    private readonly int[] _tokens;
    private readonly float[] _rows;
    private readonly int[] _positions;
    private readonly int[] _sequenceCounts;
    private readonly int[] _sequences;
    private readonly nint[] _sequencePointers;
    private readonly sbyte[] _outputs;
    private readonly List<int> _outputIndexes = [];

    /// <summary>Room for <paramref name="capacity"/> positions.</summary>
    public LlamaStep(int capacity, int hiddenSize, int vocabularySize)
    {
        Capacity = capacity;
        _hiddenSize = hiddenSize;
        _vocabularySize = vocabularySize;
        _tokens = Pinned<int>(capacity);
        _rows = Pinned<float>(checked(capacity * hiddenSize));
        _positions = Pinned<int>(capacity);
        _sequenceCounts = Pinned<int>(capacity);
        _sequences = Pinned<int>(capacity);
        _sequencePointers = Pinned<nint>(capacity);
        _outputs = Pinned<sbyte>(capacity);
        _sequenceCounts.AsSpan().Fill(1);
        for (int index = 0; index < capacity; index++)
        {
            _sequencePointers[index] = (nint)Address(_sequences) + (index * sizeof(int));
        }
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    /// <summary>True if the step holds embedding rows.</summary>
    public bool IsEmbedding { get; private set; }

    /// <summary>Indexes into the step of the positions whose logits and hidden states are wanted, in order.</summary>
    public IReadOnlyList<int> OutputIndexes => _outputIndexes;

    /// <summary>The highest sequence number used, for checking.</summary>
    public int HighestSequence { get; private set; }

    public void Clear()
    {
        Count = 0;
        IsEmbedding = false;
        HighestSequence = 0;
        _outputIndexes.Clear();
    }

    /// <summary>Adds a token; the result is its output row, or -1 if no output is wanted.</summary>
    public int AddToken(int token, int position, int sequence, bool output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _vocabularySize);
        if (Count > 0 && IsEmbedding)
        {
            throw new InvalidOperationException("A step of embedding rows takes no tokens.");
        }

        int index = Add(position, sequence, output);
        _tokens[index] = token;
        return output ? _outputIndexes.Count - 1 : -1;
    }

    /// <summary>Adds an embedding row of H floats; the result is its output row, or -1 if no output is wanted.</summary>
    public int AddEmbedding(ReadOnlySpan<float> row, int position, int sequence, bool output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, _hiddenSize);
        if (Count > 0 && !IsEmbedding)
        {
            throw new InvalidOperationException("A step of tokens takes no embedding rows.");
        }

        int index = Add(position, sequence, output);
        IsEmbedding = true;
        row.CopyTo(_rows.AsSpan(index * _hiddenSize, _hiddenSize));
        return output ? _outputIndexes.Count - 1 : -1;
    }

    /// <summary>The native view; valid as long as this object is alive and unchanged.</summary>
    public LlamaBatch ToBatch() => new()
    {
        TokenCount = Count,
        Tokens = IsEmbedding ? null : (int*)Address(_tokens),
        Embeddings = IsEmbedding ? (float*)Address(_rows) : null,
        Positions = (int*)Address(_positions),
        SequenceCounts = (int*)Address(_sequenceCounts),
        SequenceIds = (int**)Address(_sequencePointers),
        Outputs = (sbyte*)Address(_outputs),
    };

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static void* Address<T>(T[] array)
        where T : unmanaged => System.Runtime.CompilerServices.Unsafe.AsPointer(ref array[0]);

    private int Add(int position, int sequence, bool output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        if (Count == Capacity)
        {
            throw new InvalidOperationException("The step is full.");
        }

        int index = Count++;
        _positions[index] = position;
        _sequences[index] = sequence;
        _outputs[index] = output ? (sbyte)1 : (sbyte)0;
        HighestSequence = Math.Max(HighestSequence, sequence);
        if (output)
        {
            _outputIndexes.Add(index);
        }

        return index;
    }
}
