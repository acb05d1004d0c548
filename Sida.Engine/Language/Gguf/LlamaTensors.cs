using System.Globalization;

namespace Sida.Engine.Language.Gguf;

/// <summary>Names and shapes of the tensors of a LLaMA model in a GGUF file.</summary>
internal static class LlamaTensors
{
    public const string TokenEmbedding = "token_embd.weight";
    public const string OutputNorm = "output_norm.weight";

    /// <summary>The last layer; absent where it is the token embedding.</summary>
    public const string Output = "output.weight";

    /// <summary>A tensor of one block, for example <c>blk.0.attn_q.weight</c>.</summary>
    public static string Block(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{part}.weight");

    /// <summary>All tensors with their dimensions in ggml's order (row length first), <see cref="Output"/> included.</summary>
    public static IReadOnlyDictionary<string, long[]> All(int layers, long hidden, long keyValueWidth, long feedForward, long vocabulary)
    {
        Dictionary<string, long[]> tensors = new(StringComparer.Ordinal)
        {
            [TokenEmbedding] = [hidden, vocabulary],
            [OutputNorm] = [hidden],
            [Output] = [hidden, vocabulary],
        };
        for (int layer = 0; layer < layers; layer++)
        {
            tensors[Block(layer, "attn_norm")] = [hidden];
            tensors[Block(layer, "attn_q")] = [hidden, hidden];
            tensors[Block(layer, "attn_k")] = [hidden, keyValueWidth];
            tensors[Block(layer, "attn_v")] = [hidden, keyValueWidth];
            tensors[Block(layer, "attn_output")] = [hidden, hidden];
            tensors[Block(layer, "ffn_norm")] = [hidden];
            tensors[Block(layer, "ffn_gate")] = [hidden, feedForward];
            tensors[Block(layer, "ffn_down")] = [feedForward, hidden];
            tensors[Block(layer, "ffn_up")] = [hidden, feedForward];
        }

        return tensors;
    }
}
