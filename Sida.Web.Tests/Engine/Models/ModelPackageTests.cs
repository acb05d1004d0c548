using System.Text.Json.Nodes;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Analysis;

namespace Sida.Web.Tests.Engine.Models;

/// <summary>A package is opened whole and unaltered, or refused with the file's name.</summary>
public sealed class ModelPackageTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-package-").FullName;

    private string Package => Path.Combine(_folder, "package");

    public async ValueTask InitializeAsync() => await TinyEngines.ImportAsync(Package, ModelFamily.Sida);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_file_must_be_there_whole_and_unaltered()
    {
        ModelPackage package = await OpenAsync();
        foreach (PackageFile file in package.Manifest.Files)
        {
            string path = Path.Combine(Package, file.Name);
            byte[] original = File.ReadAllBytes(path);

            byte[] altered = [.. original];
            altered[original.Length / 2] ^= 1;
            File.WriteAllBytes(path, altered);
            await AssertRefusedAsync(file.Name, "altered");

            File.WriteAllBytes(path, original[..^1]);
            await AssertRefusedAsync(file.Name, $"{file.Size - 1} bytes");

            File.Delete(path);
            await AssertRefusedAsync(file.Name, "missing");
            File.WriteAllBytes(path, original);
        }

        await OpenAsync();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_refused_and_listed_with_the_reason()
    {
        ModelPackage package = await OpenAsync();
        foreach (string name in package.Manifest.Files.Select(file => file.Name).Append(ModelManifest.FileName))
        {
            await using FileStream held = new(Path.Combine(Package, name), FileMode.Open, FileAccess.Read, FileShare.None);
            await AssertRefusedAsync(name, "can't be read");
            CatalogueEntry listed = Assert.Single(new ModelCatalogue(_folder).Entries);
            Assert.Equal(name == ModelManifest.FileName, listed.Problem?.Contains("can't be read", StringComparison.Ordinal) ?? false);
        }
    }

    [Theory]
    [InlineData("formatVersion", 2, "newer Sida")]
    [InlineData("formatVersion", 0, "Import the checkpoint again")]
    [InlineData("formatVersion", "x", "formatVersion is missing")]
    [InlineData("classNames", null, "not a valid manifest")]
    [InlineData("family", "llava", "not a valid manifest")]
    public async Task A_manifest_of_another_kind_is_refused(string field, object? value, string expected)
    {
        EditManifest(manifest => manifest[field] = value is null ? null : JsonValue.Create(value));
        await AssertRefusedAsync("model.json", expected);
    }

    [Fact]
    public async Task File_names_cannot_leave_the_package()
    {
        EditManifest(manifest => manifest["files"]![0]!["name"] = "../outside.gguf");
        await AssertRefusedAsync("model.json", "not a plain file name");
    }

    [Fact]
    public async Task A_file_that_is_nothing_is_refused()
    {
        EditManifest(manifest => manifest["files"]!.AsArray().Add(null));
        await AssertRefusedAsync("model.json", "not a plain file name");
    }

    [Theory]
    [InlineData("architecture", "imageTokens", null)]
    [InlineData("preprocessing", "clip", "cropSize")]
    [InlineData("preprocessing", "sam", "frameSize")]
    public async Task A_manifest_that_says_other_sizes_than_the_networks_have_is_refused(string part, string field, string? inner)
    {
        EditManifest(manifest =>
        {
            JsonObject holder = (inner is null ? manifest[part] : manifest[part]![field])!.AsObject();
            holder[inner ?? field] = holder[inner ?? field]!.GetValue<int>() - 1;
        });
        AnalysisEngineOptions options = new() { Device = DeviceOption.Cpu, LoadSegmenterAtStart = true };
        PackageException error = await Assert.ThrowsAsync<PackageException>(async () => await AnalysisEngine.LoadAsync(await OpenAsync(), options, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("not what model.json says", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_or_huge_manifest_is_refused()
    {
        string path = Path.Combine(Package, "model.json");
        string text = File.ReadAllText(path);
        File.WriteAllText(path, text[..(text.Length / 2)]);
        await AssertRefusedAsync("model.json", "not a valid manifest");
        File.WriteAllBytes(path, new byte[5 << 20]);
        await AssertRefusedAsync("model.json", "more than a manifest can have");
    }

    [Fact]
    public async Task A_folder_without_a_manifest_is_refused()
    {
        PackageException error = await Assert.ThrowsAsync<PackageException>(() => ModelPackage.OpenAsync(_folder, TestContext.Current.CancellationToken));
        Assert.Contains("model.json: not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_lists_good_and_broken_packages()
    {
        string broken = Directory.CreateDirectory(Path.Combine(_folder, "zz-broken")).FullName;
        File.WriteAllText(Path.Combine(broken, "model.json"), "{}");
        Directory.CreateDirectory(Path.Combine(_folder, "unrelated"));
        ModelCatalogue catalogue = new(_folder);
        Assert.Equal(2, catalogue.Entries.Count);
        Assert.Equal("sida-tiny", catalogue.Entries[0].Manifest!.Name);
        Assert.Contains("formatVersion is missing", catalogue.Entries[1].Problem, StringComparison.Ordinal);
    }

    private Task<ModelPackage> OpenAsync() => ModelPackage.OpenAsync(Package, TestContext.Current.CancellationToken);

    private void EditManifest(Action<JsonObject> edit)
    {
        string path = Path.Combine(Package, "model.json");
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private async Task AssertRefusedAsync(string file, string expected)
    {
        PackageException error = await Assert.ThrowsAsync<PackageException>(OpenAsync);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
