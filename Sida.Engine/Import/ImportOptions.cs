using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>Number types of the language model's weights.</summary>
public enum LanguagePrecision
{
    /// <summary>Single precision: bit-faithful to an fp32 run of the official code, the largest.</summary>
    F32,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>The published checkpoints' own type.</summary>
    BF16,

    /// <summary>8-bit blocks of 32.</summary>
    Q8,

    /// <summary>6-bit k-quants.</summary>
    Q6K,

    /// <summary>5-bit k-quants, medium mix.</summary>
    Q5KM,

    /// <summary>4-bit k-quants, medium mix.</summary>
    Q4KM,
}

/// <summary>Number types of the vision networks' weights.</summary>
public enum VisionPrecision
{
    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision.</summary>
    F16,
}

/// <summary>What to import and how.</summary>
public sealed record ImportOptions
{
    /// <summary>Folder of the checkpoint in HuggingFace layout.</summary>
    public required string CheckpointFolder { get; init; }

    /// <summary>Folder of the CLIP vision tower.</summary>
    public required string VisionTowerFolder { get; init; }

    /// <summary>The package folder to make; it must not exist yet.</summary>
    public required string Output { get; init; }

    /// <summary>The family, or null to take the description family when the folder's name or an [END] token says so.</summary>
    public ModelFamily? Family { get; init; }

    /// <summary>Conversation template: <c>llava_v1</c> or <c>llava_llama_2</c>.</summary>
    public string Conversation { get; init; } = "llava_v1";

    /// <summary>Number type of the language model.</summary>
    public LanguagePrecision Precision { get; init; } = LanguagePrecision.BF16;

    /// <summary>Number type of the vision networks.</summary>
    public VisionPrecision VisionPrecision { get; init; } = VisionPrecision.F32;

    /// <summary>Name of the model; the checkpoint folder's name when null.</summary>
    public string? Name { get; init; }

    /// <summary>How the manifest names the checkpoint; the folder's name when null. A hub id when it was downloaded.</summary>
    public string? CheckpointSource { get; init; }

    /// <summary>How the manifest names the vision tower; the folder's name when null.</summary>
    public string? VisionTowerSource { get; init; }

    /// <summary>Commit of the checkpoint on the hub, when it came from there.</summary>
    public string? Revision { get; init; }

    /// <summary>The checkpoint's licence when the caller knows it; read from the folder when null.</summary>
    public string? Licence { get; init; }
}

/// <summary>How far an import is.</summary>
/// <param name="Stage">What is being made, in a few words.</param>
/// <param name="StageNumber">From 1.</param>
/// <param name="StageCount">Stages in all.</param>
/// <param name="BytesDone">Bytes of this stage that are done.</param>
/// <param name="BytesTotal">Bytes of this stage; 0 when unknown.</param>
public sealed record ImportProgress(string Stage, int StageNumber, int StageCount, long BytesDone, long BytesTotal);
