using System.Text.Json;
using System.Text.Json.Serialization;
using Sida.Engine.Imaging;
using Sida.Engine.Models;

namespace Sida.Engine.Analysis;

/// <summary>
/// The JSON of results and events, the same for the command line, the hub and the HTTP API. Field names are part of the
/// product: they are documented in docs/json.md and change only with a new format version.
/// </summary>
public static class AnalysisJson
{
    /// <summary>A result with the model that gave it, as one JSON object.</summary>
    public static AnalysisDocument Document(AnalysisResult result, ModelManifest model, string packageHash, string device) => new(
        new ModelDocument(model.Name, model.Version, model.Family, packageHash, device),
        result.Image,
        result.Prompt,
        result.PromptTokens,
        result.AnswerTokens,
        result.RawText,
        result.Text,
        result.OfficialText,
        result.Verdict,
        result.ClassLogits,
        result.Probabilities,
        [.. result.Masks.Select(MaskDocument.Of)],
        result.MaskProduced,
        result.Contradiction,
        result.Truncated,
        result.Timings);

    /// <summary>Serialises one document.</summary>
    public static byte[] Serialize(AnalysisDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, AnalysisJsonContext.Default.AnalysisDocument);

    /// <summary>Serialises several documents as an array; null where a picture could not be analysed.</summary>
    public static byte[] Serialize(AnalysisDocument?[] documents) =>
        JsonSerializer.SerializeToUtf8Bytes(documents, AnalysisJsonContext.Default.AnalysisDocumentArray);
}

/// <summary>The model that gave a result.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Version">Version of the package.</param>
/// <param name="Family">Which official program it reproduces.</param>
/// <param name="PackageSha256">Identity of the package: the hash of its manifest.</param>
/// <param name="Device">Where it ran.</param>
public sealed record ModelDocument(string Name, string Version, ModelFamily Family, string PackageSha256, string Device);

/// <summary>One mask.</summary>
/// <param name="Width">The picture's width in pixels.</param>
/// <param name="Height">The picture's height in pixels.</param>
/// <param name="ForegroundPixels">Pixels inside the mask.</param>
/// <param name="Bounds">Smallest rectangle around them; null for an empty mask.</param>
/// <param name="Rle">COCO's compressed run-length code of the columns.</param>
public sealed record MaskDocument(int Width, int Height, int ForegroundPixels, PixelRectangle? Bounds, string Rle)
{
    internal static MaskDocument Of(BinaryMask mask) => new(mask.Width, mask.Height, mask.ForegroundPixels, mask.FindBounds(), RunLengthCode.Encode(mask).ToString());
}

/// <summary>The JSON of one analysis; see <see cref="AnalysisResult"/> for the meaning of each field.</summary>
public sealed record AnalysisDocument(
    ModelDocument Model,
    AnalyzedImage Image,
    string Prompt,
    IReadOnlyList<int> PromptTokens,
    IReadOnlyList<int> AnswerTokens,
    string RawText,
    string Text,
    string OfficialText,
    Verdict? Verdict,
    IReadOnlyList<IReadOnlyList<float>> ClassLogits,
    ClassProbabilities? Probabilities,
    IReadOnlyList<MaskDocument> Masks,
    bool MaskProduced,
    bool Contradiction,
    bool Truncated,
    AnalysisTimings Timings);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AnalysisDocument))]
[JsonSerializable(typeof(AnalysisDocument[]))]
internal sealed partial class AnalysisJsonContext : JsonSerializerContext;
