namespace Sida.Engine.Import.Onnx;

/// <summary>Element types of ONNX tensors that our graphs use; the numbers are TensorProto.DataType's.</summary>
internal enum OnnxElement
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}

/// <summary>One edge of the graph: the output of a node, an input or an initializer.</summary>
internal readonly record struct OnnxValue(string Name);

/// <summary>One side of an input's or output's shape: a number, or a name for a side that is known only at run time.</summary>
internal readonly record struct OnnxSide(long Size, string? Name)
{
    public static implicit operator OnnxSide(long size) => new(size, null);

    public static implicit operator OnnxSide(string name) => new(0, name);
}

/// <summary>A graph input or output.</summary>
internal sealed record OnnxPort(string Name, OnnxElement Type, IReadOnlyList<OnnxSide> Shape);

/// <summary>A node's attribute; the value is a <see cref="long"/>, a <see cref="float"/> or an array of <see cref="long"/>.</summary>
internal sealed record OnnxAttribute(string Name, object Value);

/// <summary>One operator call. The empty domain is ONNX's own.</summary>
internal sealed record OnnxNode(
    string Operator, string Domain, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxAttribute> Attributes);
