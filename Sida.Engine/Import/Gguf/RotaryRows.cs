namespace Sida.Engine.Import.Gguf;

/// <summary>
/// The order of the rows of query and key projections. transformers turns dimension i of a head together with dimension i + d/2
/// (modeling_llama.py, rotate_half); llama.cpp turns neighbours, 2i with 2i + 1 (GGML_ROPE_TYPE_NORMAL). Reordering the rows of each head makes
/// the two the same, and leaves every query-key product unchanged.
/// </summary>
internal static class RotaryRows
{
    /// <summary>Reorders whole heads: row 2i + j of a head is row j * d/2 + i of the source.</summary>
    /// <param name="source">Rows of one or several heads.</param>
    /// <param name="destination">As long as the source.</param>
    /// <param name="headRows">d, rows of one head.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    public static void Interleave(ReadOnlySpan<byte> source, Span<byte> destination, int headRows, int rowBytes)
    {
        int headBytes = headRows * rowBytes;
        for (int head = 0; head < source.Length; head += headBytes)
        {
            for (int row = 0; row < headRows; row++)
            {
                int from = ((row % 2) * (headRows / 2)) + (row / 2);
                source.Slice(head + (from * rowBytes), rowBytes).CopyTo(destination[(head + (row * rowBytes))..]);
            }
        }
    }
}
