using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// <c>sam-encoder.onnx</c>: SAM's image encoder (Kirillov et al. 2023, official <c>image_encoder.py</c>; ViTDet, Li et al. 2022) of any size.
/// Input <c>pixel_values</c> (1, 3, S, S), output <c>image_embedding</c> (1, E, S/16, S/16). Sizes come from the weights' shapes.
/// </summary>
internal sealed class SamImageEncoderGraph
{
    private const string What = "SAM image encoder";
    private const string DefaultPrefix = "model.visual_model.image_encoder.";

    /// <summary>The official window side; a block with tables of 2 * 14 - 1 offsets attends within windows, any other one globally.</summary>
    private const int Window = 14;

    /// <summary>The official encoder's norms use 1e-6, unlike PyTorch's default.</summary>
    private const float Epsilon = 1e-6f;

    private const int LargestGrid = 128;

    private readonly ITensorSource _source;
    private readonly string _prefix;
    private readonly int _patch;
    private readonly int _grid;
    private readonly int _width;
    private readonly int _mlpWidth;
    private readonly int _headWidth;
    private readonly int _embedding;
    private readonly long[] _tableLengths;

    private SamImageEncoderGraph(ITensorSource source, string prefix)
    {
        _source = source;
        _prefix = prefix;
        IReadOnlyList<long> kernel = StateDictCheck.ShapeOf(source, prefix + "patch_embed.proj.weight", 4, What);
        IReadOnlyList<long> positions = StateDictCheck.ShapeOf(source, prefix + "pos_embed", 4, What);
        if (positions[1] > LargestGrid || positions[2] != positions[1] || kernel[2] > LargestGrid)
        {
            throw new CheckpointException(
                $"The {What} has {positions[1]} x {positions[2]} positions of {kernel[2]} pixels; expected a square of at most {LargestGrid} x {LargestGrid}.");
        }

        _patch = (int)kernel[2];
        _grid = (int)positions[1];
        _width = (int)kernel[0];
        _mlpWidth = (int)StateDictCheck.ShapeOf(source, prefix + "blocks.0.mlp.lin1.weight", 2, What)[0];
        _headWidth = (int)StateDictCheck.ShapeOf(source, prefix + "blocks.0.attn.rel_pos_h", 2, What)[1];
        _embedding = (int)StateDictCheck.ShapeOf(source, prefix + "neck.0.weight", 4, What)[0];
        if (_width % _headWidth != 0)
        {
            throw new CheckpointException($"The {What} has {_width} channels in heads of {_headWidth}; expected whole heads.");
        }

        var lengths = new List<long>();
        while (source.Tensors.ContainsKey(Block(lengths.Count) + "norm1.weight"))
        {
            lengths.Add(StateDictCheck.ShapeOf(source, Block(lengths.Count) + "attn.rel_pos_h", 2, What)[0]);
        }

        _tableLengths = [.. lengths];
        Tensors = [.. Contract()];
    }

    /// <summary>What is read from the checkpoint.</summary>
    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>S: the side of the padded picture in pixels.</summary>
    public int ImageSize => _grid * _patch;

    /// <summary>g: the side of the embedding, S / 16 officially.</summary>
    public int Grid => _grid;

    /// <summary>E: channels of the embedding, 256 officially.</summary>
    public int EmbeddingWidth => _embedding;

    /// <summary>Reads the sizes from the weights' shapes and checks every tensor.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unexpected or of another shape.</exception>
    public static SamImageEncoderGraph Open(ITensorSource source, string prefix = DefaultPrefix)
    {
        var part = new SamImageEncoderGraph(source, prefix);
        StateDictCheck.Require(source, part.Tensors, name => name.StartsWith(prefix, StringComparison.Ordinal), What);
        return part;
    }

    public OnnxGraph Build(VisionPrecision precision)
    {
        var graph = new OnnxGraph("sam-encoder");
        var weights = new PartWeights(graph, _source, _prefix, precision);
        OnnxValue pixels = graph.Input("pixel_values", OnnxElement.Float, 1, 3, ImageSize, ImageSize);

        OnnxValue kernel = weights.Matrix("patch_embed.proj.weight", _width, 3 * _patch * _patch);
        OnnxValue x = graph.Gemm(graph.Patches(pixels, _grid, _patch), kernel, weights.Table("patch_embed.proj.bias")); // (T, C), T = g g
        graph.Mark("patch", x);
        x = graph.Add(x, weights.Table("pos_embed", _grid * _grid, _width));        // (T, C)

        var windows = new SamWindowAttention(graph, _grid, Window, _width / _headWidth, _headWidth);
        var global = new SamWindowAttention(graph, _grid, _grid, _width / _headWidth, _headWidth);
        for (int block = 0; block < _tableLengths.Length; block++)
        {
            bool windowed = _tableLengths[block] == (2 * Window) - 1;
            x = TransformerBlock(graph, weights.Under(FormattableString.Invariant($"blocks.{block}")), windowed ? windows : global, x);
            graph.Mark(FormattableString.Invariant($"block.{block}"), x);
        }

        graph.Output("image_embedding", Neck(graph, weights.Under("neck"), x), 1, _embedding, _grid, _grid);
        return graph;
    }

    private static OnnxValue TransformerBlock(OnnxGraph graph, PartWeights weights, SamWindowAttention attention, OnnxValue x)
    {
        OnnxValue normed = weights.LayerNorm(x, "norm1", Epsilon);                  // (T, C)
        OnnxValue attended = attention.Apply(weights.Under("attn"), normed);        // (T, C)
        x = graph.Add(x, weights.Linear(attended, "attn.proj"));                    // (T, C); proj is per token, so it may follow the un-windowing

        normed = weights.LayerNorm(x, "norm2", Epsilon);                            // (T, C)
        OnnxValue hidden = graph.Gelu(weights.Linear(normed, "mlp.lin1"));          // (T, 4C)
        return graph.Add(x, weights.Linear(hidden, "mlp.lin2"));                    // (T, C)
    }

    /// <summary>1x1 convolution, norm over channels, 3x3 convolution, norm over channels; neither convolution has a bias.</summary>
    private OnnxValue Neck(OnnxGraph graph, PartWeights weights, OnnxValue x)
    {
        x = graph.Gemm(x, weights.Matrix("0.weight", _embedding, _width), null);    // (T, E)
        x = weights.LayerNorm(x, "1", Epsilon);
        x = graph.Reshape(graph.Transpose(x, 1, 0), 1, _embedding, _grid, _grid);   // (1, E, g, g)
        x = graph.Conv(x, weights.Matrix("2.weight"), null, kernel: 3, stride: 1, padding: 1);
        x = graph.Transpose(graph.Reshape(x, _embedding, _grid * _grid), 1, 0);     // (T, E)
        x = weights.LayerNorm(x, "3", Epsilon);
        return graph.Reshape(graph.Transpose(x, 1, 0), 1, _embedding, _grid, _grid);
    }

    private string Block(int index) => FormattableString.Invariant($"{_prefix}blocks.{index}.");

    private IEnumerable<ExpectedTensor> Contract()
    {
        yield return new(_prefix + "pos_embed", 1, _grid, _grid, _width);
        yield return new(_prefix + "patch_embed.proj.weight", _width, 3, _patch, _patch);
        yield return new(_prefix + "patch_embed.proj.bias", _width);
        for (int block = 0; block < _tableLengths.Length; block++)
        {
            (string Name, long[] Shape)[] tensors =
            [
                ("norm1.weight", [_width]), ("norm1.bias", [_width]), ("norm2.weight", [_width]), ("norm2.bias", [_width]),
                ("attn.qkv.weight", [3 * _width, _width]), ("attn.qkv.bias", [3 * _width]),
                ("attn.proj.weight", [_width, _width]), ("attn.proj.bias", [_width]),
                ("attn.rel_pos_h", [_tableLengths[block], _headWidth]), ("attn.rel_pos_w", [_tableLengths[block], _headWidth]),
                ("mlp.lin1.weight", [_mlpWidth, _width]), ("mlp.lin1.bias", [_mlpWidth]),
                ("mlp.lin2.weight", [_width, _mlpWidth]), ("mlp.lin2.bias", [_width]),
            ];
            foreach ((string name, long[] shape) in tensors)
            {
                yield return new(Block(block) + name, shape);
            }
        }

        yield return new(_prefix + "neck.0.weight", _embedding, _width, 1, 1);
        yield return new(_prefix + "neck.1.weight", _embedding);
        yield return new(_prefix + "neck.1.bias", _embedding);
        yield return new(_prefix + "neck.2.weight", _embedding, _embedding, 3, 3);
        yield return new(_prefix + "neck.3.weight", _embedding);
        yield return new(_prefix + "neck.3.bias", _embedding);
    }
}
