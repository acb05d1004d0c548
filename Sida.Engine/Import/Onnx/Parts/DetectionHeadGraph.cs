using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>
/// <c>detect.onnx</c>: SIDA's detection head (Huang et al. 2025, official <c>cls_head</c>): Linear(H, H/2), ReLU, Linear(H/2, 3).
/// Input <c>hidden</c> (n, H), the states that predict [CLS]; output <c>class_logits</c> (n, 3) for real, fully synthetic, tampered.
/// </summary>
internal sealed class DetectionHeadGraph
{
    private const string What = "SIDA detection head";
    private const string Prefix = "model.cls_head.0.";
    private const int Classes = 3;

    private readonly ITensorSource _source;

    private DetectionHeadGraph(ITensorSource source)
    {
        _source = source;
        IReadOnlyList<long> first = StateDictCheck.ShapeOf(source, Prefix + "0.weight", 2, What);
        HiddenSize = first[1];
        Tensors =
        [
            new(Prefix + "0.weight", first[0], first[1]), new(Prefix + "0.bias", first[0]),
            new(Prefix + "3.weight", Classes, first[0]), new(Prefix + "3.bias", Classes),
        ];
    }

    /// <summary>What is read from the checkpoint.</summary>
    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>H: the language model's hidden size.</summary>
    public long HiddenSize { get; }

    /// <summary>Reads the sizes from the weights' shapes and checks every tensor.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unexpected or of another shape.</exception>
    public static DetectionHeadGraph Open(ITensorSource source)
    {
        var part = new DetectionHeadGraph(source);
        StateDictCheck.Require(source, part.Tensors, name => name.StartsWith("model.cls_head.", StringComparison.Ordinal), What);
        return part;
    }

    public OnnxGraph Build(VisionPrecision precision)
    {
        var graph = new OnnxGraph("detect");
        var weights = new PartWeights(graph, _source, Prefix, precision);
        OnnxValue hidden = graph.Input("hidden", OnnxElement.Float, "n", HiddenSize);
        OnnxValue inner = graph.Relu(weights.Linear(hidden, "0"));                  // (n, H/2); number 2 is a dropout
        graph.Output("class_logits", weights.Linear(inner, "3"), "n", Classes);     // (n, 3)
        return graph;
    }
}
