namespace Sida.Benchmarks.Checkpoints;

/// <summary>Sizes of a checkpoint to invent; <see cref="Sida7B"/> is SIDA-7B's: LLaMA-7B, CLIP-L/14, SAM ViT-H.</summary>
internal sealed record CheckpointShape(
    int Hidden, int Layers, int Heads, int FeedForward, int Vocabulary,
    int ClipWidth, int ClipLayers, int ClipHeads, int ClipFeedForward,
    int SamWidth, int SamLayers, int SamHeads, int[] SamGlobalBlocks)
{
    public static CheckpointShape Sida7B { get; } = new(4096, 32, 32, 11008, 32004, 1024, 24, 16, 4096, 1280, 32, 16, [7, 15, 23, 31]);

    public static CheckpointShape Sida13B { get; } = Sida7B with { Hidden = 5120, Layers = 40, Heads = 40, FeedForward = 13824 };

    /// <summary>About 160 M parameters in the language model: large enough to time on two cores, small enough to time often.</summary>
    public static CheckpointShape Small { get; } = new(768, 12, 12, 2048, 32004, 768, 12, 12, 3072, 768, 12, 12, [2, 5, 8, 11]);

    public static CheckpointShape Named(string name) => name switch
    {
        "7b" => Sida7B,
        "13b" => Sida13B,
        "small" => Small,
        _ => throw new ArgumentException($"Unknown shape {name}: 7b, 13b or small.", nameof(name)),
    };

    /// <summary>Every tensor of the checkpoint proper, in the order of the official state dict.</summary>
    public IEnumerable<(string Name, long[] Shape)> Language()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            foreach (string name in (string[])["q_proj", "k_proj", "v_proj", "o_proj"])
            {
                yield return ($"{prefix}self_attn.{name}.weight", [Hidden, Hidden]);
            }

            yield return ($"{prefix}self_attn.rotary_emb.inv_freq", [Hidden / Heads / 2]);
            yield return ($"{prefix}mlp.gate_proj.weight", [FeedForward, Hidden]);
            yield return ($"{prefix}mlp.up_proj.weight", [FeedForward, Hidden]);
            yield return ($"{prefix}mlp.down_proj.weight", [Hidden, FeedForward]);
            yield return ($"{prefix}input_layernorm.weight", [Hidden]);
            yield return ($"{prefix}post_attention_layernorm.weight", [Hidden]);
        }

        yield return ("model.norm.weight", [Hidden]);
        foreach ((string name, long[] shape) in Linear("model.mm_projector", Hidden, ClipWidth))
        {
            yield return (name, shape);
        }

        foreach ((string name, long[] shape) in SamShapes.All(SamWidth, SamLayers, SamHeads, SamGlobalBlocks))
        {
            yield return ("model.visual_model." + name, shape);
        }

        (string Name, int Out, int In)[] heads =
        [
            ("model.text_hidden_fcs.0.0", Hidden, Hidden), ("model.text_hidden_fcs.0.2", 256, Hidden),
            ("model.cls_head.0.0", Hidden / 2, Hidden), ("model.cls_head.0.3", 3, Hidden / 2), ("model.sida_fc1", 256, 3),
        ];
        foreach ((string name, int output, int input) in heads)
        {
            foreach ((string tensor, long[] shape) in Linear(name, output, input))
            {
                yield return (tensor, shape);
            }
        }

        yield return ("model.attention_layer.in_proj_weight", [768, 256]);
        yield return ("model.attention_layer.in_proj_bias", [768]);
        yield return ("model.attention_layer.out_proj.weight", [256, 256]);
        yield return ("model.attention_layer.out_proj.bias", [256]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
    }

    /// <summary>Every tensor of the CLIP vision tower (224 pixels, patches of 14).</summary>
    public IEnumerable<(string Name, long[] Shape)> Clip()
    {
        const string Root = "vision_model.";
        yield return (Root + "embeddings.class_embedding", [ClipWidth]);
        yield return (Root + "embeddings.patch_embedding.weight", [ClipWidth, 3, 14, 14]);
        yield return (Root + "embeddings.position_embedding.weight", [257, ClipWidth]);
        IEnumerable<(string, long[])> rest = Norm(Root + "pre_layrnorm", ClipWidth).Concat(Norm(Root + "post_layernorm", ClipWidth));
        for (int layer = 0; layer < ClipLayers; layer++)
        {
            string prefix = $"{Root}encoder.layers.{layer}.";
            rest = rest.Concat(Norm(prefix + "layer_norm1", ClipWidth)).Concat(Norm(prefix + "layer_norm2", ClipWidth))
                .Concat(Linear(prefix + "mlp.fc1", ClipFeedForward, ClipWidth)).Concat(Linear(prefix + "mlp.fc2", ClipWidth, ClipFeedForward));
            foreach (string name in (string[])["k_proj", "v_proj", "q_proj", "out_proj"])
            {
                rest = rest.Concat(Linear($"{prefix}self_attn.{name}", ClipWidth, ClipWidth));
            }
        }

        foreach ((string name, long[] shape) in rest)
        {
            yield return (name, shape);
        }
    }

    internal static IEnumerable<(string Name, long[] Shape)> Linear(string name, int output, int input) =>
        [($"{name}.weight", [output, input]), ($"{name}.bias", [output])];

    internal static IEnumerable<(string Name, long[] Shape)> Norm(string name, int width) =>
        [($"{name}.weight", [width]), ($"{name}.bias", [width])];
}
