using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Checkpoints.Configuration;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Import.Onnx.Parts;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>
/// A checkpoint that was opened, understood and found complete, with the steps that turn it into a package. Every tensor's name and
/// shape is checked here, before anything is written.
/// </summary>
internal sealed class ImportPlan : IDisposable
{
    /// <summary>Rotary tables are buffers; 4.31 computes them anew, and the stored ones are rounded to bf16.</summary>
    private const string IgnoredSuffix = ".self_attn.rotary_emb.inv_freq";

    /// <summary>SAM's own normalisation, which no configuration file names (SIDA's utils, as segment_anything's Sam).</summary>
    private static readonly SamPixels OfficialSamPixels = new(1024, [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]);

    private readonly ImportOptions _options;
    private readonly Checkpoint _checkpoint;
    private readonly Checkpoint _tower;

    private ImportPlan(ImportOptions options, Checkpoint checkpoint, Checkpoint tower)
    {
        _options = options;
        _checkpoint = checkpoint;
        _tower = tower;
        CheckpointFolder folder = new(options.CheckpointFolder);
        CheckpointFolder towerFolder = new(options.VisionTowerFolder);
        Config = SidaConfig.Read(folder);
        Generation = GenerationSettings.Read(folder);
        Tokenizer = SidaTokenizer.Load(folder.Path);
        ClipPixels = TowerPixels.From(ClipPreprocessing.Read(towerFolder));
        Name = options.Name ?? FolderName(options.CheckpointSource ?? folder.Path);
        Family = options.Family ?? FamilyDetection.Detect(FolderName(options.CheckpointSource ?? folder.Path), Tokenizer.Settings.AddedTokens);
        Template = ConversationTemplate.Get(options.Conversation);

        Clip = ClipTowerGraph.Open(tower, checkpoint, TowerPixels.Settings(ClipVisionConfig.Read(towerFolder), Config));
        SamEncoder = SamImageEncoderGraph.Open(checkpoint);
        SamDecoder = SamMaskDecoderGraph.Open(checkpoint, SamEncoder);
        Detection = DetectionHeadGraph.Open(checkpoint);
        Fusion = FusionGraph.Open(checkpoint);
        Language = new LanguageModelWriter(checkpoint, LanguageSizes.Of(Config), GgufTokenizer.From(Tokenizer, SidaTokenizer.StructuralTokens), Name);
        CheckNothingIsLeft();
        CheckWidths();
    }

    public string Name { get; }

    public ModelFamily Family { get; }

    public ConversationTemplate Template { get; }

    public SidaConfig Config { get; }

    public GenerationSettings Generation { get; }

    public LlamaTokenizer Tokenizer { get; }

    public ClipPixels ClipPixels { get; }

    public SamPixels SamPixels => OfficialSamPixels with { FrameSize = SamEncoder.ImageSize };

    public ClipTowerGraph Clip { get; }

    public SamImageEncoderGraph SamEncoder { get; }

    public SamMaskDecoderGraph SamDecoder { get; }

    public DetectionHeadGraph Detection { get; }

    public FusionGraph Fusion { get; }

    public LanguageModelWriter Language { get; }

    /// <summary>Numbers in all networks of the checkpoint and the tower.</summary>
    public long Parameters => _checkpoint.Tensors.Values.Concat(_tower.Tensors.Values).Sum(tensor => tensor.Count);

    /// <summary>The steps in order; the language model, by far the longest, comes last.</summary>
    public IReadOnlyList<ImportStage> Stages =>
    [
        new ImportStage("tokenizer", Tokenizer.ModelFile.Length, (target, _, stop) =>
            File.WriteAllBytesAsync(Path.Combine(target, ModelPackage.TokenizerFile), Tokenizer.ModelFile.ToArray(), stop)),
        Graph("detection head", ModelPackage.DetectFile, Detection.Build),
        Graph("fusion", ModelPackage.FuseFile, Fusion.Build),
        Graph("vision tower", ModelPackage.VisionFile, Clip.Build),
        Graph("region encoder", ModelPackage.SamEncoderFile, SamEncoder.Build),
        Graph("mask decoder", ModelPackage.SamDecoderFile, SamDecoder.Build),
        new ImportStage("language model", 0, (target, report, stop) => Language.WriteAsync(
            Path.Combine(target, ModelPackage.LanguageFile), _options.Precision, new LanguageProgress(report), stop)),
    ];

    /// <summary>The checkpoint's weight files.</summary>
    public IReadOnlyList<CheckpointFile> CheckpointFiles => _checkpoint.Files;

    /// <summary>The vision tower's weight files.</summary>
    public IReadOnlyList<CheckpointFile> TowerFiles => _tower.Files;

    /// <summary>What a user should know of the checkpoint.</summary>
    public IReadOnlyList<string> Warnings()
    {
        List<string> warnings = [];
        if (Generation.Unsupported.Count > 0)
        {
            warnings.Add($"The checkpoint's generation settings {string.Join(", ", Generation.Unsupported)} would change the official program's tokens; Sida does not follow them.");
        }

        if (_options.Precision > LanguagePrecision.BF16 && GgufQuantizer.IsTooNarrow(Config.HiddenSize, Config.IntermediateSize))
        {
            warnings.Add($"The language model is too narrow for {PrecisionNames.NameOf(_options.Precision)}: its matrices stay f16, which costs no memory worth naming and keeps its masks right.");
        }

        if (Family == ModelFamily.SidaDescription && UntouchedHeads.FindWarning(_checkpoint) is { } warning)
        {
            warnings.Add(warning);
        }

        return warnings;
    }

    /// <summary>Opens both folders and checks them.</summary>
    /// <exception cref="CheckpointException">Something is damaged, missing, unexpected or doesn't fit together.</exception>
    public static ImportPlan Create(ImportOptions options)
    {
        Checkpoint checkpoint = Checkpoint.Open(options.CheckpointFolder);
        Checkpoint? tower = null;
        try
        {
            tower = Checkpoint.Open(options.VisionTowerFolder);
            return new ImportPlan(options, checkpoint, tower);
        }
        catch
        {
            tower?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _tower.Dispose();
        _checkpoint.Dispose();
    }

    /// <summary>The last part of a path or hub id.</summary>
    private static string FolderName(string source) => Path.GetFileName(Path.TrimEndingDirectorySeparator(source));

    private ImportStage Graph(string name, string file, Func<VisionPrecision, OnnxGraph> build) => new(name, 0, (target, report, stop) => Task.Run(
        () =>
        {
            OnnxGraph graph = build(_options.VisionPrecision);
            long total = graph.WeightBytes;
            OnnxFile.Write(graph, Path.Combine(target, file), new BytesProgress(done => report(name, done, total)), stop);
        },
        stop));

    /// <summary>A tensor that nothing reads is a sign of another model: its part would be missing in the package.</summary>
    private void CheckNothingIsLeft()
    {
        IEnumerable<ExpectedTensor> parts = Clip.ProjectorTensors.Concat(SamEncoder.Tensors).Concat(SamDecoder.Tensors).Concat(Detection.Tensors).Concat(Fusion.Tensors);
        HashSet<string> known = [.. Language.UsedKeys, .. parts.Select(tensor => tensor.Name)];
        StateDictCheck.Require(_checkpoint, [], name => !known.Contains(name) && !name.EndsWith(IgnoredSuffix, StringComparison.Ordinal), "SIDA model");
    }

    private void CheckWidths()
    {
        foreach ((string part, long width) in ((string, long)[])[("projector", Clip.HiddenSize), ("detection head", Detection.HiddenSize), ("fusion", Fusion.HiddenSize)])
        {
            if (width != Config.HiddenSize)
            {
                throw new CheckpointException($"The {part} is made for hidden states of width {width}, but config.json says hidden_size {Config.HiddenSize}. Use the checkpoint's own files.");
            }
        }

        if (ClipPixels.CropSize != Clip.ImageSize)
        {
            throw new CheckpointException($"The vision tower takes {Clip.ImageSize} x {Clip.ImageSize} pixels, but its preprocessor_config.json crops to {ClipPixels.CropSize}. Use the tower's own files.");
        }

        if (Fusion.PromptWidth != SamEncoder.EmbeddingWidth)
        {
            throw new CheckpointException($"[SEG] becomes {Fusion.PromptWidth} numbers, but the mask decoder takes {SamEncoder.EmbeddingWidth}. Use the checkpoint's own files.");
        }
    }

    /// <summary>Reports at once, on the caller's thread; Progress would post and lose the order.</summary>
    private sealed class BytesProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    private sealed class LanguageProgress(StageReport report) : IProgress<LanguageModelProgress>
    {
        public void Report(LanguageModelProgress value) => report(value.Step, value.BytesDone, value.BytesTotal);
    }
}
