using Sida.Engine.Import.Onnx.Parts;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>Random weights of small SAMs of any size.</summary>
internal static class RandomSam
{
    public const string EncoderPrefix = "model.visual_model.image_encoder.";
    public const string Prefix = "model.visual_model.";

    /// <summary>An encoder's tensors; one block for each table length.</summary>
    public static RandomTensors Encoder(int seed, int grid, int patch, int width, int headWidth, int embedding, params long[] tableLengths)
    {
        var weights = new RandomTensors(seed);
        weights.Add(EncoderPrefix + "pos_embed", 1, grid, grid, width);
        weights.Add(EncoderPrefix + "patch_embed.proj.weight", width, 3, patch, patch);
        weights.Add(EncoderPrefix + "patch_embed.proj.bias", width);
        for (int block = 0; block < tableLengths.Length; block++)
        {
            string own = $"{EncoderPrefix}blocks.{block}.";
            Linear(weights, own + "attn.qkv", 3 * width, width);
            Linear(weights, own + "attn.proj", width, width);
            weights.Add(own + "attn.rel_pos_h", tableLengths[block], headWidth);
            weights.Add(own + "attn.rel_pos_w", tableLengths[block], headWidth);
            Linear(weights, own + "mlp.lin1", 3 * width, width);
            Linear(weights, own + "mlp.lin2", width, 3 * width);
            Norm(weights, own + "norm1", width);
            Norm(weights, own + "norm2", width);
        }

        weights.Add(EncoderPrefix + "neck.0.weight", embedding, width, 1, 1);
        Norm(weights, EncoderPrefix + "neck.1", embedding);
        weights.Add(EncoderPrefix + "neck.2.weight", embedding, embedding, 3, 3);
        Norm(weights, EncoderPrefix + "neck.3", embedding);
        return weights;
    }

    /// <summary>Adds a decoder's tensors.</summary>
    public static void AddDecoder(RandomTensors weights, SamDecoderShape shape) => weights.Add(SamDecoderContract.Tensors(Prefix, shape));

    private static void Linear(RandomTensors weights, string name, long rows, long columns)
    {
        weights.Add(name + ".weight", rows, columns);
        weights.Add(name + ".bias", rows);
    }

    private static void Norm(RandomTensors weights, string name, long width)
    {
        weights.Add(name + ".weight", width);
        weights.Add(name + ".bias", width);
    }
}
