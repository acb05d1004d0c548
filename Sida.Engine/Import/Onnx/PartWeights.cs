using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import.Onnx;

/// <summary>The weights of one network part inside its graph, by state-dict names relative to the part's prefix.</summary>
internal sealed class PartWeights(OnnxGraph graph, ITensorSource source, string prefix, VisionPrecision precision)
{
    /// <summary>The same checkpoint, one level down.</summary>
    public PartWeights Under(string name) => new(graph, source, prefix + name + ".", precision);

    /// <summary>What the checkpoint says of a tensor that the part's contract has already checked.</summary>
    public TensorInfo Info(string name) => source.Tensors[prefix + name];

    /// <summary>The numbers of a tensor from which the importer computes a table.</summary>
    public float[] Read(string name) => source.ReadFloats(prefix + name);

    /// <summary>A bias, norm, embedding or table: always single precision; a given shape holds the same numbers.</summary>
    public OnnxValue Table(string name, params long[] shape) => Slice(Info(name), OnnxElement.Float, 0, Info(name).Count, shape);

    /// <summary>A matrix or kernel in the chosen precision; a given shape holds the same numbers.</summary>
    public OnnxValue Matrix(string name, params long[] shape) => MatrixRows(Info(name), 0, Info(name).Count, shape);

    /// <summary>y = x Wᵀ + b over the last axis: x (n, in) -> (n, out).</summary>
    public OnnxValue Linear(OnnxValue x, string name) => graph.Gemm(x, Matrix(name + ".weight"), Table(name + ".bias"));

    /// <summary>One of several linear maps that the checkpoint stores stacked in one weight (parts * out, in): x (n, in) -> (n, out).</summary>
    public OnnxValue StackedLinear(OnnxValue x, string weight, string bias, int part, int parts) =>
        graph.Gemm(x, StackedWeight(weight, part, parts), StackedBias(bias, part, parts));

    /// <summary>The weight (out, in) of one of several stacked linear maps.</summary>
    public OnnxValue StackedWeight(string name, int part, int parts)
    {
        TensorInfo whole = Info(name);
        long rows = whole.Shape[0] / parts;
        return MatrixRows(whole, part * rows * whole.Shape[1], rows * whole.Shape[1], [rows, whole.Shape[1]]);
    }

    /// <summary>The bias (out) of one of several stacked linear maps.</summary>
    public OnnxValue StackedBias(string name, int part, int parts, params long[] shape)
    {
        TensorInfo whole = Info(name);
        long rows = whole.Shape[0] / parts;
        return Slice(whole, OnnxElement.Float, part * rows, rows, shape.Length == 0 ? [rows] : shape);
    }

    /// <summary>LayerNorm over the last axis.</summary>
    public OnnxValue LayerNorm(OnnxValue x, string name, float epsilon) =>
        graph.LayerNorm(x, Table(name + ".weight"), Table(name + ".bias"), epsilon);

    private OnnxValue MatrixRows(TensorInfo tensor, long first, long count, long[] shape)
    {
        if (precision == VisionPrecision.F32)
        {
            return Slice(tensor, OnnxElement.Float, first, count, shape);
        }

        // The runtime folds this cast when it loads the graph: half the file, the same kernels and the same speed as with single precision.
        // Products in half precision were measured at 0.2 GFLOP/s on x86-64 (ONNX Runtime 1.29), those in single precision at 70 to 100 a core.
        OnnxValue half = Slice(tensor, OnnxElement.Float16, first, count, shape);
        return graph.Node("Cast", [half], new OnnxAttribute("to", (long)OnnxElement.Float));
    }

    private OnnxValue Slice(TensorInfo tensor, OnnxElement type, long first, long count, long[] shape)
    {
        string part = count == tensor.Count ? "" : FormattableString.Invariant($"[{first}..{first + count}]");
        return graph.Weight(new OnnxInitializer(
            tensor.Name + part, type, shape.Length == 0 ? [.. tensor.Shape] : shape, new CheckpointBytes(source, tensor, type, first, count)));
    }
}
