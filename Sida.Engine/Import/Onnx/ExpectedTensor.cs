namespace Sida.Engine.Import.Onnx;

/// <summary>A tensor that a network must find in its checkpoint.</summary>
/// <param name="Name">The whole state-dict key.</param>
/// <param name="Shape">Its exact shape.</param>
internal sealed record ExpectedTensor(string Name, params long[] Shape)
{
    public override string ToString() => $"{Name} ({string.Join(", ", Shape)})";
}
