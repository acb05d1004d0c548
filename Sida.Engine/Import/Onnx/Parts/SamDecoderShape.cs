using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>Sizes of SAM's prompt encoder and mask decoder.</summary>
/// <param name="Grid">g: side of the image embedding.</param>
/// <param name="ImageSize">S: side of the padded picture in pixels, the frame of point coordinates.</param>
/// <param name="Width">E: channels of the image embedding and of every token.</param>
/// <param name="Layers">Layers of the two-way transformer.</param>
/// <param name="MlpWidth">Inner width of the transformer's MLPs.</param>
/// <param name="AttentionWidth">Inner width of the attention between tokens and image.</param>
/// <param name="MaskTokens">One for the single mask, then one for each of the multiple masks.</param>
/// <param name="QualityWidth">Inner width of the IoU head.</param>
internal sealed record SamDecoderShape(
    int Grid, int ImageSize, int Width, int Layers, long MlpWidth, long AttentionWidth, int MaskTokens, long QualityWidth)
{
    /// <summary>Heads of every attention in the official decoder; no weight tells them.</summary>
    public const int Heads = 8;

    private const string What = "SAM mask decoder";

    /// <summary>Cells of the image embedding, g g.</summary>
    public long Cells => (long)Grid * Grid;

    /// <summary>Side of the low-resolution masks, 4 g.</summary>
    public long MaskSize => 4L * Grid;

    /// <summary>Reads the sizes from the weights' shapes.</summary>
    /// <exception cref="CheckpointException">A tensor that tells a size is missing or has another number of dimensions.</exception>
    public static SamDecoderShape Read(ITensorSource source, string prefix, int grid, int imageSize)
    {
        string transformer = prefix + "mask_decoder.transformer.layers.";
        int layers = 0;
        while (source.Tensors.ContainsKey(FormattableString.Invariant($"{transformer}{layers}.norm1.weight")))
        {
            layers++;
        }

        IReadOnlyList<long> tokens = StateDictCheck.ShapeOf(source, prefix + "mask_decoder.mask_tokens.weight", 2, What);
        long mlp = StateDictCheck.ShapeOf(source, transformer + "0.mlp.lin1.weight", 2, What)[0];
        long attention = StateDictCheck.ShapeOf(source, transformer + "0.cross_attn_token_to_image.q_proj.weight", 2, What)[0];
        long quality = StateDictCheck.ShapeOf(source, prefix + "mask_decoder.iou_prediction_head.layers.0.weight", 2, What)[0];
        long width = tokens[1];
        if (width % (2 * Heads) != 0 || width > 1 << 16 || tokens[0] > 64 || attention % Heads != 0)
        {
            throw new CheckpointException(
                $"The {What} has {tokens[0]} mask tokens of {width} channels and attention of width {attention}; expected at most 64 and multiples of {2 * Heads} and {Heads}.");
        }

        return new SamDecoderShape(grid, imageSize, (int)width, layers, mlp, attention, (int)tokens[0], quality);
    }
}
