namespace Sida.Benchmarks.Checkpoints;

/// <summary>The tensors of a SAM with 1024-pixel input, patches of 16 and windows of 14.</summary>
internal static class SamShapes
{
    public static IEnumerable<(string Name, long[] Shape)> All(int width, int layers, int heads, int[] globalBlocks) =>
        Encoder(width, layers, heads, globalBlocks).Concat(PromptEncoder()).Concat(Decoder());

    private static List<(string Name, long[] Shape)> Encoder(int width, int layers, int heads, int[] globalBlocks)
    {
        const string Root = "image_encoder.";
        List<(string Name, long[] Shape)> tensors =
        [
            (Root + "pos_embed", [1, 64, 64, width]),
            (Root + "patch_embed.proj.weight", [width, 3, 16, 16]), (Root + "patch_embed.proj.bias", [width]),
        ];
        for (int layer = 0; layer < layers; layer++)
        {
            string prefix = $"{Root}blocks.{layer}.";
            int span = globalBlocks.Contains(layer) ? 64 : 14;
            tensors.AddRange(CheckpointShape.Norm(prefix + "norm1", width));
            tensors.Add((prefix + "attn.rel_pos_h", [(2 * span) - 1, width / heads]));
            tensors.Add((prefix + "attn.rel_pos_w", [(2 * span) - 1, width / heads]));
            tensors.AddRange(CheckpointShape.Linear(prefix + "attn.qkv", 3 * width, width));
            tensors.AddRange(CheckpointShape.Linear(prefix + "attn.proj", width, width));
            tensors.AddRange(CheckpointShape.Norm(prefix + "norm2", width));
            tensors.AddRange(CheckpointShape.Linear(prefix + "mlp.lin1", 4 * width, width));
            tensors.AddRange(CheckpointShape.Linear(prefix + "mlp.lin2", width, 4 * width));
        }

        tensors.Add((Root + "neck.0.weight", [256, width, 1, 1]));
        tensors.AddRange(CheckpointShape.Norm(Root + "neck.1", 256));
        tensors.Add((Root + "neck.2.weight", [256, 256, 3, 3]));
        tensors.AddRange(CheckpointShape.Norm(Root + "neck.3", 256));
        return tensors;
    }

    private static List<(string Name, long[] Shape)> PromptEncoder()
    {
        const string Root = "prompt_encoder.";
        List<(string Name, long[] Shape)> tensors = [(Root + "pe_layer.positional_encoding_gaussian_matrix", [2, 128])];
        for (int point = 0; point < 4; point++)
        {
            tensors.Add(($"{Root}point_embeddings.{point}.weight", [1, 256]));
        }

        tensors.Add((Root + "not_a_point_embed.weight", [1, 256]));
        tensors.AddRange([(Root + "mask_downscaling.0.weight", [4, 1, 2, 2]), (Root + "mask_downscaling.0.bias", [4])]);
        tensors.AddRange(CheckpointShape.Norm(Root + "mask_downscaling.1", 4));
        tensors.AddRange([(Root + "mask_downscaling.3.weight", [16, 4, 2, 2]), (Root + "mask_downscaling.3.bias", [16])]);
        tensors.AddRange(CheckpointShape.Norm(Root + "mask_downscaling.4", 16));
        tensors.AddRange([(Root + "mask_downscaling.6.weight", [256, 16, 1, 1]), (Root + "mask_downscaling.6.bias", [256])]);
        tensors.Add((Root + "no_mask_embed.weight", [1, 256]));
        return tensors;
    }

    private static List<(string Name, long[] Shape)> Decoder()
    {
        const string Root = "mask_decoder.";
        List<(string Name, long[] Shape)> tensors = [];
        for (int layer = 0; layer < 2; layer++)
        {
            string prefix = $"{Root}transformer.layers.{layer}.";
            tensors.AddRange(Attention(prefix + "self_attn", 256));
            tensors.AddRange(Attention(prefix + "cross_attn_token_to_image", 128));
            tensors.AddRange(Attention(prefix + "cross_attn_image_to_token", 128));
            tensors.AddRange(CheckpointShape.Linear(prefix + "mlp.lin1", 2048, 256));
            tensors.AddRange(CheckpointShape.Linear(prefix + "mlp.lin2", 256, 2048));
            for (int norm = 1; norm <= 4; norm++)
            {
                tensors.AddRange(CheckpointShape.Norm($"{prefix}norm{norm}", 256));
            }
        }

        tensors.AddRange(Attention(Root + "transformer.final_attn_token_to_image", 128));
        tensors.AddRange(CheckpointShape.Norm(Root + "transformer.norm_final_attn", 256));
        tensors.AddRange([(Root + "iou_token.weight", [1, 256]), (Root + "mask_tokens.weight", [4, 256])]);
        tensors.AddRange([(Root + "output_upscaling.0.weight", [256, 64, 2, 2]), (Root + "output_upscaling.0.bias", [64])]);
        tensors.AddRange(CheckpointShape.Norm(Root + "output_upscaling.1", 64));
        tensors.AddRange([(Root + "output_upscaling.3.weight", [64, 32, 2, 2]), (Root + "output_upscaling.3.bias", [32])]);
        for (int mask = 0; mask < 4; mask++)
        {
            tensors.AddRange(Perceptron($"{Root}output_hypernetworks_mlps.{mask}", 32));
        }

        tensors.AddRange(Perceptron(Root + "iou_prediction_head", 4));
        return tensors;
    }

    private static IEnumerable<(string Name, long[] Shape)> Attention(string name, int inner) =>
        CheckpointShape.Linear(name + ".q_proj", inner, 256).Concat(CheckpointShape.Linear(name + ".k_proj", inner, 256))
            .Concat(CheckpointShape.Linear(name + ".v_proj", inner, 256)).Concat(CheckpointShape.Linear(name + ".out_proj", 256, inner));

    private static IEnumerable<(string Name, long[] Shape)> Perceptron(string name, int output) =>
        CheckpointShape.Linear(name + ".layers.0", 256, 256).Concat(CheckpointShape.Linear(name + ".layers.1", 256, 256))
            .Concat(CheckpointShape.Linear(name + ".layers.2", output, 256));
}
