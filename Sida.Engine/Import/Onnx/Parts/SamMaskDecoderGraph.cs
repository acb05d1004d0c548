using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// <c>sam-decoder.onnx</c>: SAM's prompt encoder and mask decoder (Kirillov et al. 2023, official <c>mask_decoder.py</c>), for text,
/// point, box and mask prompts. Each of the n batch elements is one prompt for the same picture; a prompt has t text embeddings and p
/// points, either of which may be 0.
/// </summary>
/// <remarks>
/// Inputs <c>image_embedding</c> (1, E, g, g), <c>text_embeddings</c> (n, t, E), <c>point_coords</c> (n, p, 2) in pixels of the S x S
/// frame, <c>point_labels</c> (n, p) int32, <c>mask_input</c> (n, 1, 4g, 4g) logits, <c>has_mask</c> (1). Outputs <c>low_res_logits</c>
/// (n, m, 4g, 4g) and <c>iou</c> (n, m): mask 0 is the single mask, the others are SAM's multiple masks. The caller adds the padding
/// point (label -1) that SAM expects when there are points and no box.
/// </remarks>
internal sealed class SamMaskDecoderGraph
{
    private const string What = "SAM mask decoder";
    private const string DefaultPrefix = "model.visual_model.";


    private readonly ITensorSource _source;
    private readonly string _prefix;
    private readonly SamDecoderShape _shape;

    private SamMaskDecoderGraph(ITensorSource source, string prefix, SamImageEncoderGraph encoder)
    {
        _source = source;
        _prefix = prefix;
        _shape = SamDecoderShape.Read(source, prefix, encoder.Grid, encoder.ImageSize);
        if (_shape.Width != encoder.EmbeddingWidth)
        {
            throw new CheckpointException($"The {What} is {_shape.Width} wide, but the image embedding is {encoder.EmbeddingWidth} wide.");
        }

        Tensors = [.. SamDecoderContract.Tensors(prefix, _shape)];
    }

    /// <summary>What is read from the checkpoint.</summary>
    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>Masks for each prompt: the single one, then the multiple ones.</summary>
    public int Masks => _shape.MaskTokens;

    /// <summary>Reads the sizes from the weights' shapes and checks every tensor.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unexpected or of another shape.</exception>
    public static SamMaskDecoderGraph Open(ITensorSource source, SamImageEncoderGraph encoder, string prefix = DefaultPrefix)
    {
        var part = new SamMaskDecoderGraph(source, prefix, encoder);
        StateDictCheck.Require(
            source,
            part.Tensors,
            name => name.StartsWith(prefix + "mask_decoder.", StringComparison.Ordinal) || name.StartsWith(prefix + "prompt_encoder.", StringComparison.Ordinal),
            What);
        return part;
    }

    public OnnxGraph Build(VisionPrecision precision)
    {
        (long g, long e, long side) = (_shape.Grid, _shape.Width, _shape.MaskSize);
        var graph = new OnnxGraph("sam-decoder");
        OnnxValue embedding = graph.Input("image_embedding", OnnxElement.Float, 1, e, g, g);
        OnnxValue text = graph.Input("text_embeddings", OnnxElement.Float, "n", "t", e);
        OnnxValue points = graph.Input("point_coords", OnnxElement.Float, "n", "p", 2);
        OnnxValue labels = graph.Input("point_labels", OnnxElement.Int32, "n", "p");
        OnnxValue mask = graph.Input("mask_input", OnnxElement.Float, "n", 1, side, side);
        OnnxValue hasMask = graph.Input("has_mask", OnnxElement.Float, 1);

        var root = new PartWeights(graph, _source, _prefix, precision);
        var prompts = new SamPromptEncoder(graph, root.Under("prompt_encoder"), _shape);
        PartWeights weights = root.Under("mask_decoder");

        OnnxValue own = graph.Concat(0, weights.Table("iou_token.weight"), weights.Table("mask_tokens.weight")); // (1+m, E)
        OnnxValue count = graph.Shape(text, 0, 1);                                  // [n]
        own = graph.Expand(own, graph.Concat(0, count, graph.Integers(1 + _shape.MaskTokens, e))); // (n, 1+m, E)
        OnnxValue tokens = graph.Concat(1, own, prompts.Points(points, labels), text); // (n, 1+m+p+t, E)

        OnnxValue image = graph.Transpose(graph.Reshape(embedding, 1, e, g * g), 0, 2, 1); // (1, g g, E)
        image = graph.Add(image, prompts.Dense(mask, hasMask));                     // (n, g g, E)

        var transformer = new SamTwoWayTransformer(graph, weights.Under("transformer"), _shape);
        (tokens, image) = transformer.Apply(tokens, image, prompts.ImagePositions());

        OnnxValue quality = graph.Reshape(graph.Slice(tokens, 1, 0, 1), -1, e);     // (n, E)
        OnnxValue logits = MaskLogits(graph, weights, tokens, image);                   // (n, m, 4g, 4g)
        graph.Output("low_res_logits", logits, "n", _shape.MaskTokens, side, side);
        graph.Output("iou", Mlp(graph, weights, quality, "iou_prediction_head"), "n", _shape.MaskTokens);
        return graph;
    }

    /// <summary>Each mask token, through its own MLP, is compared with every pixel of the upscaled image.</summary>
    private OnnxValue MaskLogits(OnnxGraph graph, PartWeights weights, OnnxValue tokens, OnnxValue image)
    {
        (long g, long e, long side) = (_shape.Grid, _shape.Width, _shape.MaskSize);
        OnnxValue x = graph.Reshape(graph.Transpose(image, 0, 2, 1), -1, e, g, g);  // (n, E, g, g)
        x = Upscale(graph, weights, x, "output_upscaling.0");                       // (n, E/4, 2g, 2g)
        x = graph.Gelu(SamPromptEncoder.ChannelNorm(graph, weights, x, "output_upscaling.1"));
        x = graph.Gelu(Upscale(graph, weights, x, "output_upscaling.3"));           // (n, E/8, 4g, 4g)
        x = graph.Reshape(x, -1, e / 8, side * side);                               // (n, E/8, 16 g g)

        var filters = new OnnxValue[_shape.MaskTokens];
        for (int i = 0; i < filters.Length; i++)
        {
            OnnxValue token = graph.Reshape(graph.Slice(tokens, 1, 1 + i, 2 + i), -1, e); // (n, E)
            OnnxValue filter = Mlp(graph, weights, token, FormattableString.Invariant($"output_hypernetworks_mlps.{i}"));
            filters[i] = graph.Reshape(filter, -1, 1, e / 8);                       // (n, 1, E/8)
        }

        OnnxValue masks = graph.MatMul(graph.Concat(1, filters), x);                // (n, m, 16 g g)
        return graph.Reshape(masks, -1, _shape.MaskTokens, side, side);
    }

    private static OnnxValue Upscale(OnnxGraph graph, PartWeights weights, OnnxValue x, string name) =>
        graph.ConvTranspose(x, weights.Matrix(name + ".weight"), weights.Table(name + ".bias"), kernel: 2, stride: 2);

    /// <summary>Three linear layers with ReLU between them.</summary>
    private static OnnxValue Mlp(OnnxGraph graph, PartWeights weights, OnnxValue x, string name)
    {
        x = graph.Relu(weights.Linear(x, name + ".layers.0"));
        x = graph.Relu(weights.Linear(x, name + ".layers.1"));
        return weights.Linear(x, name + ".layers.2");
    }
}
