namespace Sida.Engine.Language.Interop;

/// <summary>The sizes of a context.</summary>
/// <param name="Cells">Positions that the KV cache holds, shared by all sequences; a multiple of 256.</param>
/// <param name="Sequences">Numbers of sequences, 0 up to this less one; at most 256.</param>
/// <param name="BatchSize">Most positions in one step.</param>
/// <param name="OutputsMax">Most positions of a step whose logits are wanted; at least <paramref name="Sequences"/>.</param>
/// <param name="Threads">Processor threads.</param>
/// <param name="FullPrecision">Keys and values in f32 and plain attention, for parity; otherwise f16 and flash attention.</param>
internal sealed record LlamaContextOptions(int Cells, int Sequences, int BatchSize, int OutputsMax, int Threads, bool FullPrecision)
{
    /// <summary>The most sequences that llama.cpp v0.5.0 knows (LLAMA_MAX_SEQ).</summary>
    public const int MostSequences = 256;
}
