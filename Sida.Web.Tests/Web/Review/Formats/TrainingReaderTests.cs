using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Evaluation;
using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Jobs;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>The exported folder goes into training and evaluation as it is.</summary>
public sealed class TrainingReaderTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    /// <summary>What training does with a folder before it learns: reads each split, every picture, mask and description, and makes batches.</summary>
    private const string Script = """
        import json, sys
        sys.path.insert(0, sys.argv[1])
        from fit.data import read_set, class_pure_batches
        from fit.examples import read_mask
        from sida import images
        found = {}
        for split in ("train", "validation", "test"):
            try:
                samples = read_set(sys.argv[2], split, log=lambda text: sys.exit(text))
            except FileNotFoundError as error:
                if "no pictures" not in str(error): raise
                samples = []
            for s in samples:
                shape = images.read_rgb(s.path).shape
                marked = int((read_mask(s.mask, shape[:2]) == 255).sum()) if s.mask else None
                name = s.path.rsplit("/", 1)[1]
                found[name] = [split, s.label, s.description, list(shape), marked]
        samples = read_set(sys.argv[2], "train", log=lambda text: sys.exit(text))
        assert class_pure_batches(samples, 1, seed=1, epoch=0)
        print(json.dumps(found))
        """;

    private readonly SidaServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Training_reads_the_folder_as_it_is()
    {
        Assert.SkipWhen(!File.Exists(Python) || !await HasTorchAsync(), $"SKIPPED: {Python} with torch, cv2 and PIL is missing: apt-get install python3-torch python3-opencv python3-pil");
        Dictionary<string, Annotation> expected = [];
        string folder = await ExportAsync(expected);
        string training = Path.Combine(TestFixtures.Repository, "training");
        (int code, string output, string errors) = await RunAsync("-c", Script, training, folder);
        Assert.True(code == 0, errors);
        using JsonDocument found = JsonDocument.Parse(output);
        Assert.Equal(expected.Count, found.RootElement.EnumerateObject().Count());
        foreach (JsonProperty file in found.RootElement.EnumerateObject())
        {
            Annotation annotation = expected[file.Name.Split('_')[1].Split('.')[0]];
            Assert.Equal((int)annotation.Verdict!, file.Value[1].GetInt32());
            Assert.Equal(annotation.Explanation, file.Value[2].GetString());
            Assert.Equal([ReviewTeam.Height, ReviewTeam.Width, 3], file.Value[3].EnumerateArray().Select(side => side.GetInt32()));
            Assert.Equal(annotation.Mask?.ToMask().ForegroundPixels, file.Value[4].ValueKind == JsonValueKind.Null ? null : file.Value[4].GetInt32());
        }
    }

    [Fact]
    public async Task Sida_evaluate_reads_the_folder_as_it_is()
    {
        Dictionary<string, Annotation> expected = [];
        string folder = await ExportAsync(expected);
        SidSample[] samples = [.. Enum.GetValues<Split>().Select(split => split.ToString().ToLowerInvariant())
            .Where(split => Directory.EnumerateFiles(Path.Combine(folder, split), "*.??g", SearchOption.AllDirectories).Any())
            .SelectMany(split =>
            {
                SidSet set = SidSet.Read(folder, split);
                Assert.Empty(set.LeftOut);
                return set.Samples;
            })];
        Assert.Equal(expected.Count, samples.Length);
        Assert.All(samples, sample => Assert.NotNull(sample.Origin));
    }

    private async Task<string> ExportAsync(Dictionary<string, Annotation> expected)
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(_server);
        for (int seed = 1; seed <= 9; seed++)
        {
            Annotation annotation = (seed % 3) switch
            {
                0 => ReviewTeam.Real("Type: {real} Consistency: <lighting> soft, \"even\" – schön"),
                1 => new Annotation { Verdict = Verdict.FullSynthetic, Explanation = "Type: {synthetic} Final Assessment: The given image is {synthetic} based on above analysis." },
                _ => ReviewTeam.Tampered(seed),
            };
            await desk.AcceptAsync(annotation, seed, $"h{seed}.png");
            expected[$"h{seed}"] = annotation;
        }

        ExchangeJob job = await desk.ExportAsync(ReviewFormat.SidSetDescription);
        Assert.Equal((JobState.Finished, 0), (job.State, job.LeftOutCount));
        string folder = Path.Combine(_server.Folder, "unpacked");
        await ZipFile.ExtractToDirectoryAsync(await desk.ArchiveAsync(job), folder, Cancellation);
        return folder;
    }

    private static async Task<bool> HasTorchAsync() => (await RunAsync("-c", "import torch, cv2, PIL")).Code == 0;

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await errors);
    }
}
