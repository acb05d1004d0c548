using System.Text.Json.Nodes;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Analysis;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>From a checkpoint folder to a package folder: whole or not at all.</summary>
public sealed class CheckpointImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-import-").FullName;

    private string Output => Path.Combine(_folder, "package");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Package_records_source_family_versions_and_the_hash_of_every_file()
    {
        ModelPackage package = await TinyEngines.ImportAsync(Output, family: null);
        ModelManifest manifest = package.Manifest;
        Assert.Equal(ModelFamily.SidaDescription, manifest.Family);
        Assert.Equal(ResponseMode.Generated, manifest.ResponseMode);
        Assert.Equal("sida-tiny", manifest.Source.Checkpoint);
        Assert.Equal(5, manifest.Source.CheckpointFiles.Count);
        Assert.Equal((64, 3, 256), (manifest.Architecture.HiddenSize, manifest.Architecture.Layers, manifest.Architecture.ImageTokens));
        Assert.Equal([2], manifest.Generation.StopTokens);
        string[] onDisk = [.. Directory.EnumerateFiles(Output).Select(path => Path.GetFileName(path)).Where(name => name != "model.json").Order()];
        Assert.Equal(onDisk, manifest.Files.Select(file => file.Name).Order());
        Assert.False(Directory.Exists(Output + ".partial"));
    }

    [Theory]
    [InlineData("SIDA-7B-description", false, ModelFamily.SidaDescription)]
    [InlineData("SIDA-7B", false, ModelFamily.Sida)]
    [InlineData("SIDA-7B", true, ModelFamily.SidaDescription)]
    public void Family_is_read_off_the_name_or_the_END_token(string name, bool hasEnd, ModelFamily expected)
    {
        Dictionary<string, int> added = hasEnd ? new() { ["[END]"] = 5 } : [];
        Assert.Equal(expected, FamilyDetection.Detect(name, added));
    }

    [Fact]
    public async Task An_existing_output_is_never_touched()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "mine.txt"), "keep");
        PackageException error = await Assert.ThrowsAsync<PackageException>(() => TinyEngines.ImportAsync(Output, null));
        Assert.Contains("exists already", error.Message, StringComparison.Ordinal);
        Assert.Equal("keep", File.ReadAllText(Path.Combine(Output, "mine.txt")));
    }

    [Fact]
    public async Task An_interrupted_import_leaves_no_package_and_goes_on_where_it_stopped()
    {
        using CancellationTokenSource stop = new();
        Recorder first = new(progress => StopAt(progress, 6, stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckpointImporter.ImportAsync(Options(TestFixtures.Find("sida-tiny")), first, stop.Token));
        Assert.False(Directory.Exists(Output));

        Recorder second = new(_ => { });
        ModelPackage package = await CheckpointImporter.ImportAsync(Options(TestFixtures.Find("sida-tiny")), second, TestContext.Current.CancellationToken);
        Assert.Contains(second.Reports, report => report.Stage.Contains("vision tower (done before)", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Reports, report => report.Stage.Contains("language model (done before)", StringComparison.Ordinal));

        string fresh = Path.Combine(_folder, "fresh");
        ModelPackage whole = await TinyEngines.ImportAsync(fresh, ModelFamily.Sida);
        Assert.Equal(
            whole.Manifest.Files.OrderBy(file => file.Name).Select(file => (file.Name, file.Sha256)),
            package.Manifest.Files.OrderBy(file => file.Name).Select(file => (file.Name, file.Sha256)));
    }

    [Theory]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer_config.json")]
    public async Task An_interrupted_import_starts_afresh_when_a_file_of_the_checkpoint_was_changed(string name)
    {
        string checkpoint = CopyCheckpoint();
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckpointImporter.ImportAsync(
            Options(checkpoint), new Recorder(progress => StopAt(progress, 6, stop)), stop.Token));
        File.AppendAllText(Path.Combine(checkpoint, name), " ");

        Recorder second = new(_ => { });
        await CheckpointImporter.ImportAsync(Options(checkpoint), second, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(second.Reports, report => report.Stage.Contains("done before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_truncated_file_of_an_interrupted_import_is_made_again()
    {
        using CancellationTokenSource stop = new();
        Recorder recorder = new(progress => StopAt(progress, 7, stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckpointImporter.ImportAsync(Options(TestFixtures.Find("sida-tiny")), recorder, stop.Token));
        string cut = Path.Combine(Output + ".partial", "sam-encoder.onnx.data");
        using (FileStream file = new(cut, FileMode.Open))
        {
            file.SetLength(100);
        }

        ModelPackage package = await CheckpointImporter.ImportAsync(Options(TestFixtures.Find("sida-tiny")), null, TestContext.Current.CancellationToken);
        Assert.True(new FileInfo(Path.Combine(package.Folder, "sam-encoder.onnx.data")).Length > 1_000_000);
    }

    [Theory]
    [InlineData("num_hidden_layers", 4, "model.layers.3.mlp.down_proj.weight is missing")]
    [InlineData("num_hidden_layers", 2, "unexpected: model.layers.2.input_layernorm.weight (64)")]
    [InlineData("intermediate_size", 160, "mlp.gate_proj.weight is [176, 64] where [160, 64] is expected")]
    public async Task Missing_unexpected_and_misshapen_tensors_are_named_and_nothing_is_written(string field, int value, string expected)
    {
        string checkpoint = CopyCheckpoint();
        string path = Path.Combine(checkpoint, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[field] = value;
        File.WriteAllText(path, config.ToJsonString());
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() =>
            CheckpointImporter.ImportAsync(Options(checkpoint), null, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output + ".partial"));
    }

    [Fact]
    public async Task Licence_is_taken_from_the_front_matter_of_the_readme()
    {
        string checkpoint = CopyCheckpoint();
        File.WriteAllText(Path.Combine(checkpoint, "README.md"), "---\ntags: [a]\nlicense: llama2\n---\n# SIDA\n");
        ModelPackage package = await CheckpointImporter.ImportAsync(Options(checkpoint), null, TestContext.Current.CancellationToken);
        Assert.Equal("llama2", package.Manifest.Source.Licence);
    }

    private static void StopAt(ImportProgress progress, int stage, CancellationTokenSource stop)
    {
        if (progress.StageNumber == stage)
        {
            stop.Cancel();
        }
    }

    private ImportOptions Options(string checkpoint) => new()
    {
        CheckpointFolder = checkpoint,
        VisionTowerFolder = TestFixtures.Find("clip-tiny"),
        Output = Output,
        Family = ModelFamily.Sida,
        Precision = LanguagePrecision.F32,
    };

    private string CopyCheckpoint()
    {
        string target = Directory.CreateDirectory(Path.Combine(_folder, "sida-copy")).FullName;
        foreach (string file in Directory.EnumerateFiles(TestFixtures.Find("sida-tiny")))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return target;
    }

    private sealed class Recorder(Action<ImportProgress> onReport) : IProgress<ImportProgress>
    {
        public List<ImportProgress> Reports { get; } = [];

        public void Report(ImportProgress value)
        {
            Reports.Add(value);
            onReport(value);
        }
    }
}
