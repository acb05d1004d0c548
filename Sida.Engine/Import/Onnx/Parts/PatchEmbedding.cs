namespace Sida.Engine.Import.Onnx.Parts;

/// <summary>Patch embedding: a convolution whose stride is its kernel's side is one matrix product over cut-out patches.</summary>
internal static class PatchEmbedding
{
    /// <summary>Cuts pixels (1, 3, grid patch, grid patch) into rows (grid grid, 3 patch patch), in the order of a kernel's weights.</summary>
    public static OnnxValue Patches(this OnnxGraph graph, OnnxValue pixels, long grid, long patch)
    {
        OnnxValue cells = graph.Reshape(pixels, 3, grid, patch, grid, patch);
        return graph.Reshape(graph.Transpose(cells, 1, 3, 0, 2, 4), grid * grid, 3 * patch * patch);
    }
}
