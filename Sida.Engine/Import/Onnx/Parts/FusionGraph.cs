using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// <c>fuse.onnx</c>: how SIDA lets the verdict look at the region (official <c>model_forward</c>): the class logits become a query that
/// attends to the n [SEG] embeddings, and what it finds is added to each of them.
/// Inputs <c>class_logits</c> (1, 3) of the first [CLS] and <c>hidden</c> (n, H); outputs <c>seg_embeddings</c> (n, P),
/// <c>query</c> (1, P), <c>attention_output</c> (1, P) and <c>prompt_embeddings</c> (n, P).
/// </summary>
internal sealed class FusionGraph
{
    private const string What = "SIDA fusion of verdict and region";
    private const string Prefix = "model.";
    private const int Classes = 3;

    /// <summary>exp of it, less any other score, is 0 in single precision.</summary>
    private static readonly float[] NeverChosen = [-1e30f];

    private readonly ITensorSource _source;
    private readonly int _heads;
    private readonly long _width;

    private FusionGraph(ITensorSource source, int heads)
    {
        _source = source;
        _heads = heads;
        IReadOnlyList<long> first = StateDictCheck.ShapeOf(source, Prefix + "text_hidden_fcs.0.0.weight", 2, What);
        HiddenSize = first[1];
        _width = StateDictCheck.ShapeOf(source, Prefix + "text_hidden_fcs.0.2.weight", 2, What)[0];
        if (heads < 1 || _width % heads != 0)
        {
            throw new CheckpointException($"The {What} is {_width} wide for {heads} heads; expected whole heads.");
        }

        Tensors =
        [
            new(Prefix + "text_hidden_fcs.0.0.weight", first[0], first[1]), new(Prefix + "text_hidden_fcs.0.0.bias", first[0]),
            new(Prefix + "text_hidden_fcs.0.2.weight", _width, first[0]), new(Prefix + "text_hidden_fcs.0.2.bias", _width),
            new(Prefix + "sida_fc1.weight", _width, Classes), new(Prefix + "sida_fc1.bias", _width),
            new(Prefix + "attention_layer.in_proj_weight", 3 * _width, _width), new(Prefix + "attention_layer.in_proj_bias", 3 * _width),
            new(Prefix + "attention_layer.out_proj.weight", _width, _width), new(Prefix + "attention_layer.out_proj.bias", _width),
        ];
    }

    /// <summary>What is read from the checkpoint.</summary>
    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>H: the language model's hidden size.</summary>
    public long HiddenSize { get; }

    /// <summary>P: width of a prompt embedding of the mask decoder.</summary>
    public int PromptWidth => (int)_width;

    /// <summary>Reads the sizes from the weights' shapes and checks every tensor.</summary>
    /// <param name="source">The SIDA checkpoint.</param>
    /// <param name="heads">Attention heads; the official code has 8.</param>
    /// <exception cref="CheckpointException">A tensor is missing, unexpected or of another shape.</exception>
    public static FusionGraph Open(ITensorSource source, int heads = 8)
    {
        var part = new FusionGraph(source, heads);
        StateDictCheck.Require(source, part.Tensors, IsOurs, What);
        return part;
    }

    public OnnxGraph Build(VisionPrecision precision)
    {
        var graph = new OnnxGraph("fuse");
        var weights = new PartWeights(graph, _source, Prefix, precision);
        OnnxValue logits = graph.Input("class_logits", OnnxElement.Float, 1, Classes);
        OnnxValue hidden = graph.Input("hidden", OnnxElement.Float, "n", HiddenSize);

        OnnxValue inner = graph.Relu(weights.Linear(hidden, "text_hidden_fcs.0.0")); // (n, H)
        OnnxValue seg = weights.Linear(inner, "text_hidden_fcs.0.2");               // (n, P)
        OnnxValue query = weights.Linear(logits, "sida_fc1");                       // (1, P)

        OnnxValue attended = Attention(
            graph,
            weights.StackedLinear(query, "attention_layer.in_proj_weight", "attention_layer.in_proj_bias", 0, 3),
            weights.StackedLinear(seg, "attention_layer.in_proj_weight", "attention_layer.in_proj_bias", 1, 3),
            weights.StackedLinear(seg, "attention_layer.in_proj_weight", "attention_layer.in_proj_bias", 2, 3)); // (heads, 1, d)
        attended = weights.Linear(graph.Reshape(attended, 1, _width), "attention_layer.out_proj"); // (1, P)

        graph.Output("seg_embeddings", seg, "n", _width);
        graph.Output("query", query, 1, _width);
        graph.Output("attention_output", attended, 1, _width);
        graph.Output("prompt_embeddings", graph.Add(seg, attended), "n", _width);
        return graph;
    }

    private static bool IsOurs(string name) =>
        name.StartsWith(Prefix + "text_hidden_fcs.", StringComparison.Ordinal)
        || name.StartsWith(Prefix + "attention_layer.", StringComparison.Ordinal)
        || name.StartsWith(Prefix + "sida_fc", StringComparison.Ordinal);

    /// <summary>
    /// softmax(q kᵀ / sqrt(d)) v for each head: q (1, P), k and v (n, P) -> (heads, 1, d). Behind the n keys stands one that is never
    /// chosen unless it is alone, and whose value is zero: for n = 0 the result is zeros, as PyTorch has it, and no operator sees an
    /// empty axis (the runtime divides by its length).
    /// </summary>
    private OnnxValue Attention(OnnxGraph graph, OnnxValue q, OnnxValue k, OnnxValue v)
    {
        long d = _width / _heads;
        OnnxValue nothing = graph.Constant(new float[_width], 1, _width);
        OnnxValue count = graph.Shape(k, 0, 1);                                     // [n]
        OnnxValue last = graph.Concat(0, graph.Node("ConstantOfShape", [count]), graph.Constant(NeverChosen, 1)); // (n+1): 0, …, 0, -1e30
        q = graph.Reshape(graph.Multiply(q, graph.Scalar(1 / MathF.Sqrt(d))), _heads, 1, d); // (heads, 1, d)
        k = graph.Transpose(graph.Reshape(graph.Concat(0, k, nothing), -1, _heads, d), 1, 2, 0); // (heads, d, n+1)
        v = graph.Transpose(graph.Reshape(graph.Concat(0, v, nothing), -1, _heads, d), 1, 0, 2); // (heads, n+1, d)
        return graph.MatMul(graph.Softmax(graph.Add(graph.MatMul(q, k), last)), v);
    }
}
