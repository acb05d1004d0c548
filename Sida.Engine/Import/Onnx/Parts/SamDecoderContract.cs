namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>Names and shapes of every tensor of SAM's prompt encoder and mask decoder.</summary>
internal static class SamDecoderContract
{
    public static IEnumerable<ExpectedTensor> Tensors(string prefix, SamDecoderShape shape) =>
        PromptEncoder(shape).Concat(Transformer(shape)).Concat(Heads(shape)).Select(tensor => new ExpectedTensor(prefix + tensor.Name, tensor.Shape));

    private static IEnumerable<ExpectedTensor> PromptEncoder(SamDecoderShape shape)
    {
        const string P = "prompt_encoder.";
        long e = shape.Width;
        yield return new(P + "pe_layer.positional_encoding_gaussian_matrix", 2, e / 2);
        for (int label = 0; label < 4; label++)
        {
            yield return new(FormattableString.Invariant($"{P}point_embeddings.{label}.weight"), 1, e);
        }

        yield return new(P + "not_a_point_embed.weight", 1, e);
        yield return new(P + "no_mask_embed.weight", 1, e);
        yield return new(P + "mask_downscaling.0.weight", 4, 1, 2, 2);
        yield return new(P + "mask_downscaling.3.weight", 16, 4, 2, 2);
        yield return new(P + "mask_downscaling.6.weight", e, 16, 1, 1);
        (int Index, long Width)[] rows = [(0, 4), (3, 16), (6, e)];
        foreach ((int index, long width) in rows)
        {
            yield return new(FormattableString.Invariant($"{P}mask_downscaling.{index}.bias"), width);
        }

        foreach (ExpectedTensor tensor in Norm(P + "mask_downscaling.1", 4).Concat(Norm(P + "mask_downscaling.4", 16)))
        {
            yield return tensor;
        }
    }

    private static IEnumerable<ExpectedTensor> Transformer(SamDecoderShape shape)
    {
        const string P = "mask_decoder.transformer.";
        long e = shape.Width;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string own = FormattableString.Invariant($"{P}layers.{layer}.");
            IEnumerable<ExpectedTensor> tensors = Attention(own + "self_attn", e, e)
                .Concat(Attention(own + "cross_attn_token_to_image", e, shape.AttentionWidth))
                .Concat(Attention(own + "cross_attn_image_to_token", e, shape.AttentionWidth))
                .Concat(Linear(own + "mlp.lin1", shape.MlpWidth, e)).Concat(Linear(own + "mlp.lin2", e, shape.MlpWidth))
                .Concat(Norm(own + "norm1", e)).Concat(Norm(own + "norm2", e)).Concat(Norm(own + "norm3", e)).Concat(Norm(own + "norm4", e));
            foreach (ExpectedTensor tensor in tensors)
            {
                yield return tensor;
            }
        }

        foreach (ExpectedTensor tensor in Attention(P + "final_attn_token_to_image", e, shape.AttentionWidth).Concat(Norm(P + "norm_final_attn", e)))
        {
            yield return tensor;
        }
    }

    private static IEnumerable<ExpectedTensor> Heads(SamDecoderShape shape)
    {
        const string P = "mask_decoder.";
        long e = shape.Width;
        yield return new(P + "iou_token.weight", 1, e);
        yield return new(P + "mask_tokens.weight", shape.MaskTokens, e);
        yield return new(P + "output_upscaling.0.weight", e, e / 4, 2, 2);
        yield return new(P + "output_upscaling.0.bias", e / 4);
        yield return new(P + "output_upscaling.3.weight", e / 4, e / 8, 2, 2);
        yield return new(P + "output_upscaling.3.bias", e / 8);
        IEnumerable<ExpectedTensor> tensors = Norm(P + "output_upscaling.1", e / 4)
            .Concat(Mlp(P + "iou_prediction_head", e, shape.QualityWidth, shape.MaskTokens));
        for (int mask = 0; mask < shape.MaskTokens; mask++)
        {
            tensors = tensors.Concat(Mlp(FormattableString.Invariant($"{P}output_hypernetworks_mlps.{mask}"), e, e, e / 8));
        }

        foreach (ExpectedTensor tensor in tensors)
        {
            yield return tensor;
        }
    }

    private static IEnumerable<ExpectedTensor> Attention(string name, long width, long inner) =>
        Linear(name + ".q_proj", inner, width).Concat(Linear(name + ".k_proj", inner, width)).Concat(Linear(name + ".v_proj", inner, width))
            .Concat(Linear(name + ".out_proj", width, inner));

    private static IEnumerable<ExpectedTensor> Mlp(string name, long from, long inner, long to) =>
        Linear(name + ".layers.0", inner, from).Concat(Linear(name + ".layers.1", inner, inner)).Concat(Linear(name + ".layers.2", to, inner));

    private static IEnumerable<ExpectedTensor> Linear(string name, long rows, long columns) =>
        [new(name + ".weight", rows, columns), new(name + ".bias", rows)];

    private static IEnumerable<ExpectedTensor> Norm(string name, long width) => [new(name + ".weight", width), new(name + ".bias", width)];
}
