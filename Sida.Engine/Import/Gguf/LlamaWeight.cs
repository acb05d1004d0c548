using Sida.Engine.Language.Gguf;

namespace Sida.Engine.Import.Gguf;

/// <summary>How a tensor of a checkpoint becomes a tensor of a GGUF file.</summary>
internal enum LlamaWeightKind
{
    /// <summary>A matrix, in the precision asked for.</summary>
    Matrix,

    /// <summary>A query or key projection: a matrix whose rows are reordered, see <see cref="RotaryRows"/>.</summary>
    Rotary,

    /// <summary>A vector of a norm, always f32.</summary>
    Norm,
}

/// <summary>One tensor of a LLaMA model in both worlds.</summary>
/// <param name="Source">State-dict key in transformers' LlamaForCausalLM.</param>
/// <param name="Target">Name in a GGUF file.</param>
/// <param name="Shape">Outermost dimension first, as in the checkpoint.</param>
/// <param name="Kind">What happens on the way.</param>
internal sealed record LlamaWeight(string Source, string Target, IReadOnlyList<long> Shape, LlamaWeightKind Kind)
{
    /// <summary>All tensors of a model, in the order in which they are written.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="vocabulary">Rows of the embedding table.</param>
    /// <param name="prefix">What the checkpoint puts before every key, for example <c>language_model.</c>.</param>
    public static IReadOnlyList<LlamaWeight> All(LlamaConfig config, long vocabulary, string prefix = "")
    {
        long hidden = config.HiddenSize;
        List<LlamaWeight> weights =
        [
            new($"{prefix}{EmbeddingKey}", LlamaTensors.TokenEmbedding, [vocabulary, hidden], LlamaWeightKind.Matrix),
        ];
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string block = $"{prefix}model.layers.{layer}.";
            Add("input_layernorm", "attn_norm", LlamaWeightKind.Norm, hidden);
            Add("self_attn.q_proj", "attn_q", LlamaWeightKind.Rotary, hidden, hidden);
            Add("self_attn.k_proj", "attn_k", LlamaWeightKind.Rotary, config.KeyValueSize, hidden);
            Add("self_attn.v_proj", "attn_v", LlamaWeightKind.Matrix, config.KeyValueSize, hidden);
            Add("self_attn.o_proj", "attn_output", LlamaWeightKind.Matrix, hidden, hidden);
            Add("post_attention_layernorm", "ffn_norm", LlamaWeightKind.Norm, hidden);
            Add("mlp.gate_proj", "ffn_gate", LlamaWeightKind.Matrix, config.FeedForwardSize, hidden);
            Add("mlp.down_proj", "ffn_down", LlamaWeightKind.Matrix, hidden, config.FeedForwardSize);
            Add("mlp.up_proj", "ffn_up", LlamaWeightKind.Matrix, config.FeedForwardSize, hidden);

            void Add(string source, string target, LlamaWeightKind kind, params long[] shape) =>
                weights.Add(new LlamaWeight($"{block}{source}.weight", LlamaTensors.Block(layer, target), shape, kind));
        }

        weights.Add(new LlamaWeight($"{prefix}model.norm.weight", LlamaTensors.OutputNorm, [hidden], LlamaWeightKind.Norm));
        if (!config.TiedEmbeddings)
        {
            weights.Add(new LlamaWeight($"{prefix}lm_head.weight", LlamaTensors.Output, [vocabulary, hidden], LlamaWeightKind.Matrix));
        }

        return weights;
    }

    /// <summary>Key of the embedding table, whose rows are the vocabulary.</summary>
    public const string EmbeddingKey = "model.embed_tokens.weight";

    /// <summary>
    /// True for a buffer that a checkpoint may hold and that isn't used: the rotary frequencies, which official runs compute anew in
    /// full precision (the saved ones may be rounded to bf16).
    /// </summary>
    public static bool IsIgnored(string key) => key.EndsWith(".self_attn.rotary_emb.inv_freq", StringComparison.Ordinal);
}
