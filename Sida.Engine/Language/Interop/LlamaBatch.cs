using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>The input of one decoding step: <c>llama_batch</c> of llama.cpp v0.5.0. Either tokens or embedding rows, never both.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int TokenCount;
    public int* Tokens;

    /// <summary>Row-major (TokenCount, hidden size).</summary>
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** SequenceIds;

    /// <summary>Non-zero where logits are wanted.</summary>
    public sbyte* Outputs;
}
