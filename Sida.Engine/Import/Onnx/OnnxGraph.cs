using System.Globalization;
using System.Runtime.InteropServices;

namespace Sida.Engine.Import.Onnx;

/// <summary>
/// A model graph under construction. Nodes are kept in the order in which they are added, which is the order of computation,
/// and get consecutive names: the same calls always give the same file, byte for byte.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>Opset of the default domain: 20 is the first with a fused erf <c>Gelu</c>.</summary>
    public const int Opset = 20;

    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string RuntimeDomain = "com.microsoft";

    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxPort> _inputs = [];
    private readonly List<OnnxPort> _outputs = [];
    private readonly Dictionary<string, OnnxInitializer> _initializers = [];
    private readonly List<OnnxInitializer> _initializerOrder = [];
    private readonly Dictionary<string, OnnxValue> _marks = [];

    public string Name { get; } = name;

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    public IReadOnlyList<OnnxPort> Inputs => _inputs;

    public IReadOnlyList<OnnxPort> Outputs => _outputs;

    public IReadOnlyList<OnnxInitializer> Initializers => _initializerOrder;

    /// <summary>Bytes of all weights and constants, for a progress bar's total.</summary>
    public long WeightBytes => _initializerOrder.Sum(initializer => initializer.ByteCount);

    public OnnxValue Input(string name, OnnxElement type, params OnnxSide[] shape)
    {
        _inputs.Add(new OnnxPort(name, type, shape));
        return new OnnxValue(name);
    }

    /// <summary>Publishes a value as an output of type float.</summary>
    public void Output(string name, OnnxValue value, params OnnxSide[] shape)
    {
        _outputs.Add(new OnnxPort(name, OnnxElement.Float, shape));
        _nodes.Add(new OnnxNode("Identity", "", [value.Name], [name], []));
    }

    /// <summary>Names an intermediate value so that a test can publish it; the written file is the same with or without marks.</summary>
    public void Mark(string name, OnnxValue value) => _marks.Add(name, value);

    /// <summary>Publishes a marked value under its mark.</summary>
    public void OutputMarked(string name, params OnnxSide[] shape) => Output(name, _marks[name], shape);

    public OnnxValue Node(string operation, OnnxValue[] inputs, params OnnxAttribute[] attributes) => Node(operation, "", inputs, attributes);

    public OnnxValue RuntimeNode(string operation, OnnxValue[] inputs, params OnnxAttribute[] attributes) =>
        Node(operation, RuntimeDomain, inputs, attributes);

    /// <summary>Adds a weight once; asking for the same name again gives the same value.</summary>
    public OnnxValue Weight(OnnxInitializer initializer)
    {
        if (_initializers.TryAdd(initializer.Name, initializer))
        {
            _initializerOrder.Add(initializer);
        }

        return new OnnxValue(initializer.Name);
    }

    public OnnxValue Constant(float[] values, params long[] shape) => Constant(OnnxElement.Float, MemoryMarshal.AsBytes<float>(values), shape);

    public OnnxValue Constant(int[] values, params long[] shape) => Constant(OnnxElement.Int32, MemoryMarshal.AsBytes<int>(values), shape);

    public OnnxValue Scalar(float value) => Constant([value], []);

    /// <summary>A one-dimensional constant of 64-bit integers: shapes, axes, slice bounds.</summary>
    public OnnxValue Integers(params long[] values)
    {
        string constant = "int64[" + string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture))) + "]";
        return Weight(new OnnxInitializer(
            constant, OnnxElement.Int64, [values.Length], new ConstantBytes(MemoryMarshal.AsBytes<long>(values).ToArray())));
    }

    private OnnxValue Constant(OnnxElement type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        string constant = string.Create(CultureInfo.InvariantCulture, $"constant.{_initializerOrder.Count}");
        return Weight(new OnnxInitializer(constant, type, shape, new ConstantBytes(bytes.ToArray())));
    }

    private OnnxValue Node(string operation, string domain, OnnxValue[] inputs, OnnxAttribute[] attributes)
    {
        var output = new OnnxValue(string.Create(CultureInfo.InvariantCulture, $"{operation}.{_nodes.Count}"));
        _nodes.Add(new OnnxNode(operation, domain, [.. inputs.Select(input => input.Name)], [output.Name], attributes));
        return output;
    }
}
