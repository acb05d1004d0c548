namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// SAM's two-way transformer (official <c>transformer.py</c>): tokens attend to themselves and to the image, then the image to the tokens.
/// Tokens are (n, t, E), the image is (n, g g, E); positions are added anew before every attention.
/// </summary>
internal sealed class SamTwoWayTransformer(OnnxGraph graph, PartWeights weights, SamDecoderShape shape)
{
    /// <summary>PyTorch's default, unlike SAM's other norms.</summary>
    private const float Epsilon = 1e-5f;

    /// <summary>Runs all layers; the tokens' own start values serve as their positions.</summary>
    /// <returns>The tokens (n, t, E) and the image (n, g g, E).</returns>
    public (OnnxValue Tokens, OnnxValue Image) Apply(OnnxValue tokens, OnnxValue image, OnnxValue imagePositions)
    {
        OnnxValue tokenPositions = tokens;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            PartWeights own = weights.Under(FormattableString.Invariant($"layers.{layer}"));
            (tokens, image) = Layer(own, layer == 0, tokens, image, tokenPositions, imagePositions);
        }

        OnnxValue attended = Attention(
            weights.Under("final_attn_token_to_image"), graph.Add(tokens, tokenPositions), graph.Add(image, imagePositions), image);
        return (weights.LayerNorm(graph.Add(tokens, attended), "norm_final_attn", Epsilon), image);
    }

    private (OnnxValue Tokens, OnnxValue Image) Layer(
        PartWeights own, bool isFirst, OnnxValue tokens, OnnxValue image, OnnxValue tokenPositions, OnnxValue imagePositions)
    {
        // The first layer's self-attention REPLACES the tokens and sees no positions, since the tokens are their own positions there.
        OnnxValue query = isFirst ? tokens : graph.Add(tokens, tokenPositions);
        OnnxValue attended = Attention(own.Under("self_attn"), query, query, tokens);
        tokens = own.LayerNorm(isFirst ? attended : graph.Add(tokens, attended), "norm1", Epsilon);

        OnnxValue imageWithPositions = graph.Add(image, imagePositions);
        attended = Attention(own.Under("cross_attn_token_to_image"), graph.Add(tokens, tokenPositions), imageWithPositions, image);
        tokens = own.LayerNorm(graph.Add(tokens, attended), "norm2", Epsilon);

        OnnxValue hidden = graph.Relu(Linear(own, tokens, "mlp.lin1"));             // (n, t, mlp)
        tokens = own.LayerNorm(graph.Add(tokens, Linear(own, hidden, "mlp.lin2")), "norm3", Epsilon);

        attended = Attention(own.Under("cross_attn_image_to_token"), imageWithPositions, graph.Add(tokens, tokenPositions), tokens);
        image = own.LayerNorm(graph.Add(image, attended), "norm4", Epsilon);
        return (tokens, image);
    }

    /// <summary>Attention that works in a possibly narrower space D: q (n, s, E), k and v (n, t, E) -> (n, s, E).</summary>
    private OnnxValue Attention(PartWeights own, OnnxValue q, OnnxValue k, OnnxValue v)
    {
        float headWidth = (float)own.Info("q_proj.weight").Shape[0] / SamDecoderShape.Heads;
        OnnxValue attended = graph.MultiHeadAttention(
            Linear(own, q, "q_proj"), Linear(own, k, "k_proj"), Linear(own, v, "v_proj"), SamDecoderShape.Heads, 1 / MathF.Sqrt(headWidth));
        return Linear(own, attended, "out_proj");
    }

    /// <summary>x (n, s, in) -> (n, s, out); both leading sides may be known only at run time.</summary>
    private OnnxValue Linear(PartWeights own, OnnxValue x, string name)
    {
        IReadOnlyList<long> sides = own.Info(name + ".weight").Shape;
        OnnxValue rows = own.Linear(graph.Reshape(x, -1, sides[1]), name);
        return graph.Reshape(rows, graph.Concat(0, graph.Shape(x, 0, 2), graph.Integers(sides[0])));
    }
}
