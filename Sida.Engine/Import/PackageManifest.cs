using System.Reflection;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>Writes down what an import made, and of what.</summary>
internal static class PackageManifest
{
    /// <summary>SIDA.py's classes, in the order of the head's outputs.</summary>
    private static readonly string[] ClassNames = ["real", "full synthetic", "tampered"];

    /// <summary>Version and commit of this program.</summary>
    public static string ProgramBuild { get; } = typeof(PackageManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Version of this program.</summary>
    public static string ProgramVersion { get; } = ProgramBuild.Split('+')[0];

    /// <summary>The manifest of a finished import.</summary>
    public static ModelManifest Create(ImportPlan plan, ImportOptions options, IReadOnlyList<PackageFile> files, SourceHashes sources) => new()
    {
        FormatVersion = ModelManifest.CurrentFormatVersion,
        Name = plan.Name,
        Version = options.Revision ?? DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        Family = plan.Family,
        Conversation = plan.Template.Name,
        ResponseMode = plan.Family == ModelFamily.Sida ? ResponseMode.Canonical : ResponseMode.Generated,
        ClassNames = ClassNames,
        Source = new PackageSource(
            options.CheckpointSource ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(options.CheckpointFolder)),
            options.VisionTowerSource ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(options.VisionTowerFolder)),
            options.Licence ?? StatedLicence.Read(options.CheckpointFolder),
            sources.Checkpoint,
            sources.Tower,
            options.Revision),
        Tools = new PackageTools(ProgramVersion, NativeVersions.Llama, NativeVersions.OnnxRuntime, DateTimeOffset.UtcNow),
        Architecture = new ModelArchitecture
        {
            HiddenSize = plan.Config.HiddenSize,
            Layers = plan.Config.LayerCount,
            VocabularySize = plan.Language.VocabularySize,
            ContextLength = plan.Config.MaxPositions,
            ImageTokens = plan.Clip.Patches,
            PromptWidth = (int)plan.Fusion.PromptWidth,
            Parameters = plan.Parameters,
        },
        Precision = new PackagePrecision(PrecisionNames.NameOf(options.Precision), PrecisionNames.NameOf(options.VisionPrecision)),
        Tokenizer = plan.Tokenizer.Settings,
        Generation = new GenerationDefaults
        {
            DoSample = plan.Generation.Sample,
            Temperature = (float)plan.Generation.Temperature,
            TopK = plan.Generation.TopK,
            TopP = (float)plan.Generation.TopP,
            StopTokens = plan.Generation.StopTokenIds ?? [plan.Tokenizer.EosId],
        },
        Preprocessing = new PackagePreprocessing(plan.ClipPixels, plan.SamPixels),
        Files = files,
        Warnings = plan.Warnings(),
    };
}
