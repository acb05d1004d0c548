using System.Diagnostics;
using System.Text.Json;
using Sida.Cli;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Analysis;

namespace Sida.Web.Tests.Cli;

/// <summary>The `sida` command as a shell sees it: output, files, exit codes, one line per error.</summary>
public sealed class CommandLineTests(CommandLineTests.Package package) : IClassFixture<CommandLineTests.Package>
{
    /// <summary>The command's own build, of the same configuration as these tests.</summary>
    private static readonly string Program = Path.Combine(
        TestFixtures.Repository, "Sida.Cli", Path.GetRelativePath(Path.Combine(TestFixtures.Repository, "Sida.Web.Tests"), AppContext.BaseDirectory), "sida.dll");

    private const int Usage = 2;
    private const int Image = 3;
    private const int Checkpoint = 4;
    private const int PackageError = 6;
    private const int Request = 7;

    [Fact]
    public async Task Analyze_writes_json_mask_overlay_and_tensors()
    {
        string json = package.File("result.json");
        string mask = package.File("mask.png");
        string overlay = package.File("overlay.jpg");
        string dump = package.File("dump");
        Run run = await RunAsync(["analyze", Picture("wide.png"), "--model", package.Folder, "--json", json, "--mask", mask, "--overlay", overlay, "--dump", dump]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("▲ Tampered", run.Output, StringComparison.Ordinal);

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(json));
        JsonElement result = document.RootElement;
        Assert.Equal("tampered", result.GetProperty("verdict").GetString());
        Assert.Equal(2, result.GetProperty("masks").GetArrayLength());
        Assert.Contains(-200, result.GetProperty("promptTokens").EnumerateArray().Select(token => token.GetInt32()));
        JsonElement first = result.GetProperty("masks")[0];
        BinaryMask decoded = RunLengthCode.Parse(500, 150, first.GetProperty("rle").GetString()!).Decode();
        Assert.Equal(first.GetProperty("foregroundPixels").GetInt32(), decoded.ForegroundPixels);

        RgbImage png = ImageDecoder.DecodeFile(mask, cancellationToken: TestContext.Current.CancellationToken).Image;
        Assert.Equal((500, 150), (png.Width, png.Height));
        Assert.Equal(decoded.Values.Select(value => (byte)(value * 255)), Enumerable.Range(0, 500 * 150).Select(pixel => png.Pixels[pixel * 3]));
        Assert.Equal(500, ImageDecoder.DecodeFile(overlay, cancellationToken: TestContext.Current.CancellationToken).Image.Width);
        Assert.Equal([2, 150, 500], Npy.Read(Path.Combine(dump, "final_logits.npy")).Shape);
        Assert.Equal([256, 64], Npy.Read(Path.Combine(dump, "projected_features.npy")).Shape);
    }

    [Fact]
    public async Task Several_pictures_give_an_array_and_a_bad_one_costs_only_itself()
    {
        string bad = package.File("bad.jpg");
        File.WriteAllText(bad, "no picture");
        Run run = await RunAsync(["analyze", Picture("tiny.png"), bad, Picture("tall.png"), "--model", package.Folder, "--json", "-"]);
        Assert.Equal(Image, run.ExitCode);
        AssertOneLine(run.Error, "bad.jpg");
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(3, document.RootElement.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, document.RootElement[1].ValueKind);
        Assert.Equal("tampered", document.RootElement[2].GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Tokenize_is_the_bare_official_tokenizer()
    {
        Run byPackage = await RunAsync(["tokenize", "--model", package.Folder], """["A chat", "", "<s>x</s>"]""");
        Run byFolder = await RunAsync(["tokenize", "--tokenizer", TestFixtures.Find("sida-tiny")], """["A chat", "", "<s>x</s>"]""");
        Assert.Equal(0, byPackage.ExitCode);
        Assert.Equal(byFolder.Output, byPackage.Output);
        int[][] ids = JsonSerializer.Deserialize<int[][]>(byPackage.Output)!;
        Assert.Equal([1], ids[1]);
        Assert.Equal((1, 1, 2), (ids[2][0], ids[2][1], ids[2][^1]));
    }

    [Fact]
    public async Task Without_a_model_the_bundled_one_is_used_or_its_absence_told()
    {
        bool isThere = BundledModel.Find(Path.GetDirectoryName(Program)!) is not null;
        Run run = await RunAsync(["analyze", Picture("wide.png")]);
        Assert.Equal(isThere ? 0 : Request, run.ExitCode);
        Assert.Contains(isThere ? "%" : "models/sida-nano", isThere ? run.Output : run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_prints_tables_and_writes_every_picture()
    {
        string set = package.File("set");
        foreach (string folder in (string[])["real", "tampered", "masks"])
        {
            Directory.CreateDirectory(Path.Combine(set, "test", folder));
        }

        File.Copy(Picture("tiny.png"), Path.Combine(set, "test", "real", "a.png"));
        File.Copy(Picture("wide.png"), Path.Combine(set, "test", "tampered", "b.png"));
        byte[] left = [.. Enumerable.Range(0, 500 * 150).Select(i => i % 500 < 250 ? (byte)1 : (byte)0)];
        File.WriteAllBytes(Path.Combine(set, "test", "masks", "b_mask.png"), ImageEncoder.EncodePng(new BinaryMask(500, 150, left)));
        string json = package.File("report.json");

        Run run = await RunAsync(["evaluate", set, "--split", "test", "--model", package.Folder, "--json", json]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("set/test: 2 pictures", run.Output, StringComparison.Ordinal);
        Assert.Contains("left out: test/full_synthetic: no such folder", run.Output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(json));
        Assert.Equal(2, report.RootElement.GetProperty("pictures").GetArrayLength());
        Assert.InRange(report.RootElement.GetProperty("masks").GetProperty("meanIou").GetProperty("value").GetDouble(), 0, 1);

        byte[] manifest = File.ReadAllBytes(Path.Combine(package.Folder, "model.json"));
        File.WriteAllText(Path.Combine(set, "test", "real", "bad.png"), "no picture");
        Run incomplete = await RunAsync(["evaluate", set, "--split", "test", "--model", package.Folder, "--record"]);
        Assert.Equal(Image, incomplete.ExitCode);
        Assert.Contains("real/bad.png", incomplete.Error, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllBytes(Path.Combine(package.Folder, "model.json")));
    }

    [Fact]
    public void Settings_that_are_no_JSON_are_named()
    {
        string file = package.File("appsettings.json");
        File.WriteAllText(file, "{ \"Sida\": ");
        RequestException error = Assert.Throws<RequestException>(() => CommandSettings.Load(file));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(Usage, "analyze")]
    [InlineData(Usage, "analyze", "a.png", "--prompt", "x", "--preset", "detect")]
    [InlineData(Usage, "analyze", "a.png", "b.png", "--mask", "m.png")]
    [InlineData(Usage, "import", "x")]
    [InlineData(Usage, "import", "x", "--vision-tower", "y", "--out", "z", "--precision", "q3")]
    [InlineData(Usage, "tokenize")]
    [InlineData(PackageError, "analyze", "a.png", "--model", "/nowhere/at/all")]
    [InlineData(Usage, "analyze", "a.png", "--overlay", "a.gif")]
    [InlineData(Usage, "evaluate")]
    [InlineData(Usage, "evaluate", "x", "--protocol", "guessed")]
    [InlineData(Usage, "evaluate", "x", "--limit", "0")]
    [InlineData(Usage, "evaluate", "x", "--record", "--limit", "5")]
    [InlineData(Request, "evaluate", "/nowhere/at/all", "--model", "/nowhere/at/all")]
    public async Task Wrong_calls_have_their_exit_code(int expected, params string[] arguments)
    {
        Run run = await RunAsync(arguments);
        Assert.Equal(expected, run.ExitCode);
        Assert.NotEqual("", run.Error);
    }

    [Fact]
    public async Task Errors_are_one_line()
    {
        Run image = await RunAsync(["analyze", "/nowhere.png", "--model", package.Folder]);
        Assert.Equal(Image, image.ExitCode);
        AssertOneLine(image.Error, "nowhere.png");

        string empty = Directory.CreateDirectory(package.File("empty")).FullName;
        Run checkpoint = await RunAsync(["import", empty, "--vision-tower", empty, "--out", package.File("never")]);
        Assert.Equal(Checkpoint, checkpoint.ExitCode);
        AssertOneLine(checkpoint.Error, "empty");

        Run request = await RunAsync(["analyze", Picture("tiny.png"), "--model", package.Folder, "--device", "tpu"]);
        Assert.Equal(Request, request.ExitCode);
        AssertOneLine(request.Error, "tpu");
    }

    private static void AssertOneLine(string error, string expected)
    {
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("sida: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static string Picture(string name) => Path.Combine(TestFixtures.Bundled, "images", name);

    internal static async Task<Run> RunAsync(string[] arguments, string input = "")
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("Sida__Model");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, await output, await error);
    }

    internal sealed record Run(int ExitCode, string Output, string Error);

    /// <summary>The package that these tests share.</summary>
    public sealed class Package : IAsyncLifetime
    {
        private readonly string _root = Directory.CreateTempSubdirectory("sida-cli-").FullName;

        public string Folder => Path.Combine(_root, "package");

        public string File(string name) => Path.Combine(_root, name);

        public async ValueTask InitializeAsync() => await TinyEngines.ImportAsync(Folder, ModelFamily.Sida);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_root, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
