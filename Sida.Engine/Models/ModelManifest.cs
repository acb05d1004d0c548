using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sida.Engine.Models;

/// <summary>
/// <c>model.json</c>: everything that a model package says of itself. Written by the importer, checked by
/// <see cref="ModelPackage.OpenAsync"/>; a program that reads another <see cref="FormatVersion"/> refuses the package.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>The name of the manifest in a package folder.</summary>
    public const string FileName = "model.json";

    /// <summary>Version of this file's own format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What people call the model, for instance <c>SIDA-7B</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the package: the source's revision, or the date of the import.</summary>
    public required string Version { get; init; }

    /// <summary>Which official program the package reproduces.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Name of the conversation template, for instance <c>llava_v1</c>.</summary>
    public required string Conversation { get; init; }

    /// <summary>What the answer's text is: the family's canonical sentence, or what the model wrote.</summary>
    public required ResponseMode ResponseMode { get; init; }

    /// <summary>The names of the classes, in the order of the class logits.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Where the weights came from.</summary>
    public required PackageSource Source { get; init; }

    /// <summary>What made the package.</summary>
    public required PackageTools Tools { get; init; }

    /// <summary>Sizes of the networks.</summary>
    public required ModelArchitecture Architecture { get; init; }

    /// <summary>Number types of the weights.</summary>
    public required PackagePrecision Precision { get; init; }

    /// <summary>How text becomes token ids, beside <c>tokenizer.model</c>.</summary>
    public required TokenizerSettings Tokenizer { get; init; }

    /// <summary>The checkpoint's own generation settings.</summary>
    public required GenerationDefaults Generation { get; init; }

    /// <summary>How pictures become pixel tensors.</summary>
    public required PackagePreprocessing Preprocessing { get; init; }

    /// <summary>Every file of the package but this one.</summary>
    public required IReadOnlyList<PackageFile> Files { get; init; }

    /// <summary>What a user should know before trusting the model, in plain English.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How good the model was found to be, as an evaluation wrote it (<c>Evaluation/MeasuredQuality</c> reads it); null when nobody measured.</summary>
    public JsonElement? Measured { get; init; }
}

/// <summary>Which official program a package reproduces.</summary>
public enum ModelFamily
{
    /// <summary>chat.py with SIDA.py: the answer is one of three canonical sentences.</summary>
    [JsonStringEnumMemberName("sida")]
    Sida,

    /// <summary>chat_description.py with SIDA_description.py: the answer is the model's own explanation.</summary>
    [JsonStringEnumMemberName("sida-description")]
    SidaDescription,
}

/// <summary>What the text of an answer is.</summary>
public enum ResponseMode
{
    /// <summary>One fixed sentence per class (SIDA.py).</summary>
    [JsonStringEnumMemberName("canonical")]
    Canonical,

    /// <summary>The generated text.</summary>
    [JsonStringEnumMemberName("generated")]
    Generated,
}

/// <summary>Where the weights of a package came from.</summary>
/// <param name="Checkpoint">Folder name or hub id of the checkpoint; never a path of the importing machine.</param>
/// <param name="VisionTower">Folder name or hub id of the CLIP tower.</param>
/// <param name="Licence">The licence that the source states, or "not stated by the source".</param>
/// <param name="CheckpointFiles">The checkpoint's weight files that were read.</param>
/// <param name="VisionTowerFiles">The tower's weight files that were read.</param>
/// <param name="Revision">Commit of the checkpoint on the hub, when it came from there.</param>
public sealed record PackageSource(
    string Checkpoint,
    string VisionTower,
    string Licence,
    IReadOnlyList<PackageFile> CheckpointFiles,
    IReadOnlyList<PackageFile> VisionTowerFiles,
    string? Revision = null);

/// <summary>What made the package.</summary>
/// <param name="Sida">Version of this program.</param>
/// <param name="Llama">Version of llama.cpp that quantised, and is pinned to read, the language model.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime that the graphs were written for.</param>
/// <param name="Created">When.</param>
public sealed record PackageTools(string Sida, string Llama, string OnnxRuntime, DateTimeOffset Created);

/// <summary>Number types of the weights.</summary>
/// <param name="Language">f32, f16, bf16, q8_0, q6_k, q5_k_m or q4_k_m.</param>
/// <param name="Vision">f32 or f16.</param>
public sealed record PackagePrecision(string Language, string Vision);

/// <summary>Sizes that the pipeline needs to know.</summary>
public sealed record ModelArchitecture
{
    /// <summary>Width of the language model's hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers of the language model.</summary>
    public required int Layers { get; init; }

    /// <summary>Rows of the token embedding table.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence the language model was made for, in positions.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Positions that one picture takes in the sequence: (crop / patch)^2.</summary>
    public required int ImageTokens { get; init; }

    /// <summary>Width of a prompt embedding of the mask decoder.</summary>
    public required int PromptWidth { get; init; }

    /// <summary>Parameters of all networks together.</summary>
    public required long Parameters { get; init; }
}

/// <summary>Generation settings of the checkpoint, after the rules of transformers 4.31 (spec: generation_config.json).</summary>
public sealed record GenerationDefaults
{
    /// <summary>Tokens after which an answer is cut; both official programs use 512.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>Whether to sample; greedy otherwise, and then the other settings have no effect.</summary>
    public bool DoSample { get; init; }

    /// <summary>Divides the logits.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Keeps the smallest set of tokens whose probability reaches this; 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Token ids that end an answer.</summary>
    public required IReadOnlyList<int> StopTokens { get; init; }
}

/// <summary>How pictures become pixel tensors.</summary>
/// <param name="Clip">For the CLIP tower.</param>
/// <param name="Sam">For the SAM encoder.</param>
public sealed record PackagePreprocessing(ClipPixels Clip, SamPixels Sam);

/// <summary>Pixels for the CLIP tower, as its preprocessor_config.json says: resize, centre crop, rescale, normalise.</summary>
/// <param name="ShortestSide">The shorter side after resizing, in pixels.</param>
/// <param name="CropSize">Side of the square that is cut from the centre, in pixels.</param>
/// <param name="Bicubic">Bicubic resampling, as published towers say; bilinear otherwise.</param>
/// <param name="RescaleFactor">Multiplies the bytes; 1/255.</param>
/// <param name="Mean">Per channel R, G, B, of rescaled values.</param>
/// <param name="Std">Per channel R, G, B, of rescaled values.</param>
public sealed record ClipPixels(
    int ShortestSide, int CropSize, bool Bicubic, double RescaleFactor, IReadOnlyList<float> Mean, IReadOnlyList<float> Std);

/// <summary>Pixels for the SAM encoder: longest side to the frame, normalise, pad right and below with zeros.</summary>
/// <param name="FrameSize">Side of the square input in pixels.</param>
/// <param name="Mean">Per channel R, G, B, of bytes 0..255.</param>
/// <param name="Std">Per channel R, G, B, of bytes 0..255.</param>
public sealed record SamPixels(int FrameSize, IReadOnlyList<float> Mean, IReadOnlyList<float> Std);

/// <summary>One file with what proves that it is unaltered.</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PackageFile(string Name, long Size, string Sha256);
