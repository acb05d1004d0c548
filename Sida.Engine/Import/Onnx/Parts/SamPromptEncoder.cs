namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// SAM's prompt encoder (official <c>prompt_encoder.py</c>): points and box corners become sparse tokens, a mask becomes an image-shaped
/// (dense) embedding. SIDA's text embeddings are sparse tokens as they are.
/// </summary>
internal sealed class SamPromptEncoder(OnnxGraph graph, PartWeights weights, SamDecoderShape shape)
{
    /// <summary>1 for each label from -1 on that has a position.</summary>
    private static readonly float[] HasPosition = [0, 1, 1, 1, 1];

    /// <summary>The lowest label is -1, the first row of a table is 0.</summary>
    private static readonly int[] LabelToRow = [1];

    /// <summary>SAM's LayerNorm2d.</summary>
    private const float Epsilon = 1e-6f;

    /// <summary>The image's own position encoding, at the centres of its cells: (g g, E).</summary>
    public OnnxValue ImagePositions()
    {
        int g = shape.Grid;
        var centres = new float[g * g * 2];
        for (int cell = 0; cell < g * g; cell++)
        {
            centres[2 * cell] = ((cell % g) + 0.5f) / g;
            centres[(2 * cell) + 1] = ((cell / g) + 0.5f) / g;
        }

        return PositionEncoding(graph.Constant(centres, g * g, 2));
    }

    /// <summary>Points and box corners as tokens.</summary>
    /// <param name="coordinates">(n, p, 2): x, y in pixels of the padded S x S picture; a pixel's centre is half a pixel on.</param>
    /// <param name="labels">(n, p): -1 no point, 0 exclude, 1 include, 2 and 3 a box's first and second corner.</param>
    /// <returns>(n, p, E).</returns>
    public OnnxValue Points(OnnxValue coordinates, OnnxValue labels)
    {
        OnnxValue centres = graph.Add(coordinates, graph.Scalar(0.5f));
        OnnxValue positions = PositionEncoding(graph.Multiply(centres, graph.Scalar(1f / shape.ImageSize))); // (n, p, E)

        // A row for each label from -1 on; a place without a point has no position either.
        OnnxValue kinds = graph.Concat(
            0,
            weights.Table("not_a_point_embed.weight"),
            weights.Table("point_embeddings.0.weight"),
            weights.Table("point_embeddings.1.weight"),
            weights.Table("point_embeddings.2.weight"),
            weights.Table("point_embeddings.3.weight"));                            // (5, E)
        OnnxValue hasPosition = graph.Constant(HasPosition, 5, 1);
        OnnxValue kind = graph.Add(labels, graph.Constant(LabelToRow));            // (n, p), 0..4
        positions = graph.Multiply(positions, graph.Gather(hasPosition, kind));
        return graph.Add(positions, graph.Gather(kinds, kind));                     // (n, p, E)
    }

    /// <summary>The dense embedding: of the given mask logits, or the learned "no mask".</summary>
    /// <param name="mask">(n, 1, 4g, 4g).</param>
    /// <param name="hasMask">(1): 1 when the mask is given, 0 when it is only a placeholder.</param>
    /// <returns>(n, g g, E).</returns>
    public OnnxValue Dense(OnnxValue mask, OnnxValue hasMask)
    {
        OnnxValue x = Convolve(mask, "mask_downscaling.0", 2);                      // (n, 4, 2g, 2g)
        x = graph.Gelu(Norm(x, "mask_downscaling.1"));
        x = Convolve(x, "mask_downscaling.3", 2);                                   // (n, 16, g, g)
        x = graph.Gelu(Norm(x, "mask_downscaling.4"));
        x = Convolve(x, "mask_downscaling.6", 1);                                   // (n, E, g, g)
        x = graph.Transpose(graph.Reshape(x, -1, shape.Width, shape.Cells), 0, 2, 1); // (n, g g, E)
        return graph.Select(hasMask, x, weights.Table("no_mask_embed.weight", 1, 1, shape.Width));
    }

    /// <summary>LayerNorm2d: over the channels of each pixel, x (n, c, h, w).</summary>
    public static OnnxValue ChannelNorm(OnnxGraph graph, PartWeights weights, OnnxValue x, string name)
    {
        OnnxValue channelsLast = weights.LayerNorm(graph.Transpose(x, 0, 2, 3, 1), name, Epsilon);
        return graph.Transpose(channelsLast, 0, 3, 1, 2);
    }

    /// <summary>
    /// Random Fourier features (Tancik et al. 2020): sin and cos of 2π (2 c - 1) G, with the G (2, E/2) that is part of the checkpoint.
    /// </summary>
    /// <param name="coordinates">(…, 2): x, y as fractions of the picture.</param>
    /// <returns>(…, E).</returns>
    private OnnxValue PositionEncoding(OnnxValue coordinates)
    {
        OnnxValue centred = graph.Add(graph.Multiply(coordinates, graph.Scalar(2f)), graph.Scalar(-1f));
        OnnxValue angles = graph.MatMul(centred, weights.Table("pe_layer.positional_encoding_gaussian_matrix"));
        angles = graph.Multiply(angles, graph.Scalar(2 * MathF.PI));
        return graph.Concat(-1, graph.Sin(angles), graph.Cos(angles));
    }

    private OnnxValue Convolve(OnnxValue x, string name, long kernel) =>
        graph.Conv(x, weights.Matrix(name + ".weight"), weights.Table(name + ".bias"), kernel, stride: kernel, padding: 0);

    private OnnxValue Norm(OnnxValue x, string name) => ChannelNorm(graph, weights, x, name);
}
