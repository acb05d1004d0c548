using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>What a CLIP checkpoint's weights don't tell of its vision tower (from <c>vision_config</c>), and which layer is used.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="Epsilon">Added to the variance in every layer norm.</param>
/// <param name="QuickGelu">OpenAI's x sigmoid(1.702 x); otherwise the erf GELU of LAION's towers.</param>
/// <param name="SelectLayer">Index into the hidden states, 0 being the embeddings after the first norm; negative counts from the end.</param>
internal sealed record ClipSettings(int Heads, float Epsilon = 1e-5f, bool QuickGelu = true, int SelectLayer = -2);

/// <summary>
/// <c>vision.onnx</c>: the CLIP vision transformer (Radford et al. 2021, as in transformers 4.31 <c>modeling_clip.py</c>) up to the
/// selected layer, without the class token, and LLaVA's projection of it. Layers behind the selected one are not written.
/// Input <c>pixel_values</c> (1, 3, S, S); outputs <c>image_features</c> (1, N, C) and <c>image_embeddings</c> (1, N, H).
/// </summary>
internal sealed class ClipTowerGraph
{
    private const string What = "CLIP vision tower";
    private const string Prefix = "vision_model.";
    private const string Projector = "model.mm_projector";

    private readonly ITensorSource _tower;
    private readonly ITensorSource _checkpoint;
    private readonly ClipSettings _settings;
    private readonly long _width;
    private readonly long _patch;
    private readonly long _grid;
    private readonly long _mlpWidth;
    private readonly int _layers;

    private ClipTowerGraph(ITensorSource tower, ITensorSource checkpoint, ClipSettings settings)
    {
        _tower = tower;
        _checkpoint = checkpoint;
        _settings = settings;
        IReadOnlyList<long> kernel = StateDictCheck.ShapeOf(tower, Prefix + "embeddings.patch_embedding.weight", 4, What);
        IReadOnlyList<long> positions = StateDictCheck.ShapeOf(tower, Prefix + "embeddings.position_embedding.weight", 2, What);
        _width = kernel[0];
        _patch = kernel[2];
        _grid = (long)Math.Sqrt(positions[0] - 1);
        _mlpWidth = StateDictCheck.ShapeOf(tower, Prefix + "encoder.layers.0.mlp.fc1.weight", 2, What)[0];
        int depth = 0;
        while (tower.Tensors.ContainsKey(FormattableString.Invariant($"{Prefix}encoder.layers.{depth}.layer_norm1.weight")))
        {
            depth++;
        }

        _layers = settings.SelectLayer < 0 ? depth + 1 + settings.SelectLayer : settings.SelectLayer;
        if (_layers < 0 || _layers > depth)
        {
            throw new CheckpointException($"mm_vision_select_layer is {settings.SelectLayer}, but the {What} has {depth} layers.");
        }

        if (_grid < 1 || _grid * _grid != positions[0] - 1 || settings.Heads < 1 || _width % settings.Heads != 0)
        {
            throw new CheckpointException(
                $"The {What} has {positions[0]} positions and {_width} channels for {settings.Heads} heads; expected a square grid, a class token and whole heads.");
        }

        Tensors = [.. TowerTensors()];
        HiddenSize = StateDictCheck.ShapeOf(checkpoint, Projector + ".weight", 2, "LLaVA projector")[0];
        ProjectorTensors = [new(Projector + ".weight", HiddenSize, _width), new(Projector + ".bias", HiddenSize)];
    }

    /// <summary>What is read from the CLIP folder.</summary>
    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>What is read from the SIDA checkpoint.</summary>
    public IReadOnlyList<ExpectedTensor> ProjectorTensors { get; }

    /// <summary>S: the side of the picture in pixels.</summary>
    public int ImageSize => (int)(_grid * _patch);

    /// <summary>N: patches of the picture.</summary>
    public int Patches => (int)(_grid * _grid);

    /// <summary>C: channels of the tower.</summary>
    public int Width => (int)_width;

    /// <summary>H: the language model's hidden size.</summary>
    public long HiddenSize { get; }

    /// <summary>Reads the sizes from the weights' shapes and checks every tensor.</summary>
    /// <param name="tower">The CLIP folder's tensors; the text model and layers behind the selected one may be there too.</param>
    /// <param name="checkpoint">The SIDA checkpoint's tensors.</param>
    /// <param name="settings">From <c>vision_config</c> and the SIDA checkpoint's <c>mm_vision_select_layer</c>.</param>
    /// <exception cref="CheckpointException">A tensor is missing, unexpected or of another shape.</exception>
    public static ClipTowerGraph Open(ITensorSource tower, ITensorSource checkpoint, ClipSettings settings)
    {
        var part = new ClipTowerGraph(tower, checkpoint, settings);
        StateDictCheck.Require(tower, part.Tensors, part.IsUnexpected, What);
        StateDictCheck.Require(checkpoint, part.ProjectorTensors, name => name.StartsWith(Projector + ".", StringComparison.Ordinal), "LLaVA projector");
        return part;
    }

    public OnnxGraph Build(VisionPrecision precision)
    {
        var graph = new OnnxGraph("vision");
        var weights = new PartWeights(graph, _tower, Prefix, precision);
        OnnxValue pixels = graph.Input("pixel_values", OnnxElement.Float, 1, 3, ImageSize, ImageSize);

        OnnxValue x = Embed(graph, weights.Under("embeddings"), pixels);            // (N+1, C)
        x = weights.LayerNorm(x, "pre_layrnorm", _settings.Epsilon);                // (N+1, C); the checkpoints' own spelling
        graph.Mark("hidden.0", x);
        for (int layer = 0; layer < _layers; layer++)
        {
            x = Layer(graph, weights.Under(FormattableString.Invariant($"encoder.layers.{layer}")), x);
            graph.Mark(FormattableString.Invariant($"hidden.{layer + 1}"), x);
        }

        OnnxValue features = graph.Slice(x, 0, 1, Patches + 1);                     // (N, C), no post layer norm
        OnnxValue embeddings = new PartWeights(graph, _checkpoint, "", precision).Linear(features, Projector); // (N, H)
        graph.Output("image_features", graph.Reshape(features, 1, Patches, _width), 1, Patches, _width);
        graph.Output("image_embeddings", graph.Reshape(embeddings, 1, Patches, HiddenSize), 1, Patches, HiddenSize);
        return graph;
    }

    /// <summary>Patches through a convolution that is one matrix product, class token first, plus positions.</summary>
    private OnnxValue Embed(OnnxGraph graph, PartWeights weights, OnnxValue pixels)
    {
        OnnxValue kernel = weights.Matrix("patch_embedding.weight", _width, 3 * _patch * _patch);
        OnnxValue patches = graph.Gemm(graph.Patches(pixels, _grid, _patch), kernel, null);  // (N, C)
        OnnxValue tokens = graph.Concat(0, weights.Table("class_embedding", 1, _width), patches); // (N+1, C)
        return graph.Add(tokens, weights.Table("position_embedding.weight"));       // (N+1, C)
    }

    private OnnxValue Layer(OnnxGraph graph, PartWeights weights, OnnxValue x)
    {
        long tokens = Patches + 1;
        float scale = 1 / MathF.Sqrt(_width / _settings.Heads);
        OnnxValue normed = weights.LayerNorm(x, "layer_norm1", _settings.Epsilon);  // (N+1, C)
        OnnxValue q = graph.Reshape(weights.Linear(normed, "self_attn.q_proj"), 1, tokens, _width);
        OnnxValue k = graph.Reshape(weights.Linear(normed, "self_attn.k_proj"), 1, tokens, _width);
        OnnxValue v = graph.Reshape(weights.Linear(normed, "self_attn.v_proj"), 1, tokens, _width);
        OnnxValue attended = graph.MultiHeadAttention(q, k, v, _settings.Heads, scale); // (1, N+1, C)
        x = graph.Add(x, weights.Linear(graph.Reshape(attended, tokens, _width), "self_attn.out_proj")); // (N+1, C)

        normed = weights.LayerNorm(x, "layer_norm2", _settings.Epsilon);            // (N+1, C)
        OnnxValue hidden = weights.Linear(normed, "mlp.fc1");                       // (N+1, 4C)
        hidden = _settings.QuickGelu ? graph.QuickGelu(hidden) : graph.Gelu(hidden);
        return graph.Add(x, weights.Linear(hidden, "mlp.fc2"));                     // (N+1, C)
    }

    private IEnumerable<ExpectedTensor> TowerTensors()
    {
        yield return new(Prefix + "embeddings.class_embedding", _width);
        yield return new(Prefix + "embeddings.patch_embedding.weight", _width, 3, _patch, _patch);
        yield return new(Prefix + "embeddings.position_embedding.weight", Patches + 1, _width);
        yield return new(Prefix + "pre_layrnorm.weight", _width);
        yield return new(Prefix + "pre_layrnorm.bias", _width);
        for (int layer = 0; layer < _layers; layer++)
        {
            string name = FormattableString.Invariant($"{Prefix}encoder.layers.{layer}.");
            (string Name, long Out, long In)[] maps =
            [
                ("self_attn.q_proj", _width, _width), ("self_attn.k_proj", _width, _width), ("self_attn.v_proj", _width, _width),
                ("self_attn.out_proj", _width, _width), ("mlp.fc1", _mlpWidth, _width), ("mlp.fc2", _width, _mlpWidth),
            ];
            foreach ((string map, long rows, long columns) in maps)
            {
                yield return new(name + map + ".weight", rows, columns);
                yield return new(name + map + ".bias", rows);
            }

            foreach (string norm in (string[])["layer_norm1", "layer_norm2"])
            {
                yield return new(name + norm + ".weight", _width);
                yield return new(name + norm + ".bias", _width);
            }
        }
    }

    /// <summary>The folder may hold the text model, later layers and an index buffer; anything else of the tower is a sign of another network.</summary>
    private bool IsUnexpected(string name)
    {
        const string Layers = Prefix + "encoder.layers.";
        if (name.StartsWith(Layers, StringComparison.Ordinal))
        {
            string number = name[Layers.Length..].Split('.')[0];
            return !int.TryParse(number, out int layer) || layer < _layers;
        }

        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && !name.StartsWith(Prefix + "post_layernorm.", StringComparison.Ordinal)
            && name != Prefix + "embeddings.position_ids";
    }
}
