namespace Sida.Engine.Language.Gguf;

/// <summary>The sizes of a checked language model file.</summary>
/// <param name="HiddenSize">H.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Query heads of a layer.</param>
/// <param name="KeyValueHeads">Key and value heads of a layer; divides <paramref name="Heads"/>.</param>
/// <param name="VocabularySize">Token ids.</param>
/// <param name="TrainedContext">Positions that the model was trained for.</param>
/// <param name="FullPrecision">All matrices are f32.</param>
internal sealed record LlamaFileInfo(
    int HiddenSize, int Layers, int Heads, int KeyValueHeads, int VocabularySize, int TrainedContext, bool FullPrecision)
{
    /// <summary>Numbers that one position of one layer keeps in the KV cache.</summary>
    public int CachedNumbersPerLayer => 2 * HiddenSize / Heads * KeyValueHeads;
}
