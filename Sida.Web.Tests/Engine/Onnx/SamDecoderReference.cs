using Sida.Engine.Vision;
using static Sida.Web.Tests.Engine.Onnx.ReferenceMath;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>SAM's prompt encoder and mask decoder for one prompt, as the official code describes them, step by step.</summary>
internal sealed class SamDecoderReference(RandomTensors weights, string prefix, int grid, int imageSize, int width, int layers, int maskTokens)
{
    private const int Heads = 8;

    /// <summary>embedding (E, g, g), text t rows of E, mask (4g 4g) or null -> (m, 4g 4g) and (m).</summary>
    public (float[] Logits, float[] Iou) Run(float[] embedding, double[][] text, IReadOnlyList<SamPoint> points, float[]? mask)
    {
        int cells = grid * grid;
        double[][] image = [.. Enumerable.Range(0, cells).Select(cell => Enumerable.Range(0, width).Select(c => (double)embedding[(c * cells) + cell]).ToArray())];
        image = Add(image, Dense(mask));
        double[][] positions = [.. Enumerable.Range(0, cells).Select(cell => Position(((cell % grid) + 0.5) / grid, ((cell / grid) + 0.5) / grid))];
        double[][] own = [W("mask_decoder.iou_token.weight"), .. Rows(W("mask_decoder.mask_tokens.weight"))];
        double[][] tokens = [.. own, .. points.Select(Point), .. text];

        (tokens, image) = Transform(tokens, image, positions);

        double[] iou = Mlp(tokens[0], "mask_decoder.iou_prediction_head.");
        double[][] pixels = Upscale(Transpose(image), grid, W("mask_decoder.output_upscaling.0.weight"), W("mask_decoder.output_upscaling.0.bias"));
        pixels = ChannelNorm(pixels, "mask_decoder.output_upscaling.1.");
        pixels = Gelu(Upscale(Gelu(pixels), 2 * grid, W("mask_decoder.output_upscaling.3.weight"), W("mask_decoder.output_upscaling.3.bias")));
        double[][] filters = [.. Enumerable.Range(0, maskTokens).Select(i => Mlp(tokens[1 + i], $"mask_decoder.output_hypernetworks_mlps.{i}."))];
        double[][] logits = [.. filters.Select(filter => Enumerable.Range(0, pixels[0].Length)
            .Select(pixel => filter.Select((value, c) => value * pixels[c][pixel]).Sum()).ToArray())];
        return (Flatten(logits), [.. iou.Select(value => (float)value)]);
    }

    private double[] Point(SamPoint point)
    {
        double[] kind = W(point.Label == SamPointLabel.None
            ? "prompt_encoder.not_a_point_embed.weight"
            : $"prompt_encoder.point_embeddings.{(int)point.Label}.weight");
        double[] position = Position((point.X + 0.5) / imageSize, (point.Y + 0.5) / imageSize);
        return [.. kind.Select((value, c) => value + (point.Label == SamPointLabel.None ? 0 : position[c]))];
    }

    private double[] Position(double x, double y)
    {
        double[] gaussian = W("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix");
        int half = width / 2;
        double[] angles = [.. Enumerable.Range(0, half).Select(c => 2 * Math.PI * ((((2 * x) - 1) * gaussian[c]) + (((2 * y) - 1) * gaussian[half + c])))];
        return [.. angles.Select(Math.Sin), .. angles.Select(Math.Cos)];
    }

    private double[][] Dense(float[]? mask)
    {
        const string P = "prompt_encoder.mask_downscaling.";
        if (mask is null)
        {
            return [.. Enumerable.Repeat(W("prompt_encoder.no_mask_embed.weight"), grid * grid)];
        }

        double[][] x = Convolve([[.. mask.Select(value => (double)value)]], 4 * grid, W(P + "0.weight"), W(P + "0.bias"), 2, 2, 0);
        x = Gelu(ChannelNorm(x, P + "1."));
        x = Convolve(x, 2 * grid, W(P + "3.weight"), W(P + "3.bias"), 2, 2, 0);
        x = Gelu(ChannelNorm(x, P + "4."));
        return Transpose(Convolve(x, grid, W(P + "6.weight"), W(P + "6.bias"), 1, 1, 0));
    }

    private (double[][] Tokens, double[][] Image) Transform(double[][] tokens, double[][] image, double[][] imagePositions)
    {
        const string T = "mask_decoder.transformer.";
        double[][] start = tokens;
        for (int layer = 0; layer < layers; layer++)
        {
            string p = $"{T}layers.{layer}.";
            double[][] q = layer == 0 ? tokens : Add(tokens, start);
            double[][] attended = Attend(p + "self_attn.", q, q, tokens);
            tokens = Norm(layer == 0 ? attended : Add(tokens, attended), p + "norm1.");
            tokens = Norm(Add(tokens, Attend(p + "cross_attn_token_to_image.", Add(tokens, start), Add(image, imagePositions), image)), p + "norm2.");
            double[][] hidden = Relu(Linear(tokens, W(p + "mlp.lin1.weight"), W(p + "mlp.lin1.bias")));
            tokens = Norm(Add(tokens, Linear(hidden, W(p + "mlp.lin2.weight"), W(p + "mlp.lin2.bias"))), p + "norm3.");
            image = Norm(Add(image, Attend(p + "cross_attn_image_to_token.", Add(image, imagePositions), Add(tokens, start), tokens)), p + "norm4.");
        }

        double[][] last = Attend(T + "final_attn_token_to_image.", Add(tokens, start), Add(image, imagePositions), image);
        return (Norm(Add(tokens, last), T + "norm_final_attn."), image);
    }

    private double[][] Attend(string name, double[][] q, double[][] k, double[][] v) => Linear(
        Attention(
            Linear(q, W(name + "q_proj.weight"), W(name + "q_proj.bias")),
            Linear(k, W(name + "k_proj.weight"), W(name + "k_proj.bias")),
            Linear(v, W(name + "v_proj.weight"), W(name + "v_proj.bias")),
            Heads),
        W(name + "out_proj.weight"),
        W(name + "out_proj.bias"));

    private double[] Mlp(double[] x, string name)
    {
        double[][] y = Relu(Linear([x], W(name + "layers.0.weight"), W(name + "layers.0.bias")));
        y = Relu(Linear(y, W(name + "layers.1.weight"), W(name + "layers.1.bias")));
        return Linear(y, W(name + "layers.2.weight"), W(name + "layers.2.bias"))[0];
    }

    private double[][] Norm(double[][] x, string name) => LayerNorm(x, W(name + "weight"), W(name + "bias"), 1e-5);

    private double[][] ChannelNorm(double[][] x, string name) => Transpose(LayerNorm(Transpose(x), W(name + "weight"), W(name + "bias"), 1e-6));

    private double[][] Rows(double[] x) => [.. x.Chunk(width)];

    private double[] W(string name) => weights[prefix + name];
}
