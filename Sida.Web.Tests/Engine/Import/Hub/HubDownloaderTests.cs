using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Sida.Engine;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Hub;

namespace Sida.Web.Tests.Engine.Import.Hub;

public sealed class HubDownloaderTests : IAsyncLifetime
{
    private const string Weights = "model.safetensors";

    private static readonly HubModelId Model = new("someone", "sida", "main");

    private readonly TemporaryFolder _cache = new();
    private FakeHub _hub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Partial => Path.Combine(_cache.Path, "someone--sida", FakeHub.Commit, Weights + ".partial");

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync(Cancellation);
        _hub.Content["config.json"] = "{}"u8.ToArray();
        _hub.Content[Weights] = new byte[3_000_000];
        new Random(1).NextBytes(_hub.Content[Weights]);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cache.Dispose();
    }

    [Fact]
    public async Task The_files_that_an_import_needs_are_downloaded_and_verified()
    {
        _hub.Content["onnx/model.onnx"] = new byte[5000];
        _hub.Content["training_args.bin"] = new byte[5000];
        _hub.Content["pytorch_model.bin"] = new byte[5000];
        _hub.Content["empty/.gitkeep"] = [];
        HubDownload download = await DownloadAsync();
        Assert.Equal(["config.json", Weights], Directory.GetFiles(download.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
        Assert.Equal((FakeHub.Commit, "apache-2.0"), (download.Snapshot.Commit, download.Snapshot.License));
        Assert.Equal(Path.Combine(_cache.Path, "someone--sida", FakeHub.Commit), download.Folder);
    }

    [Fact]
    public async Task A_download_can_be_opened_as_a_checkpoint()
    {
        _hub.Content[Weights] = SafetensorsBytes.Vectors("a");
        HubDownload download = await DownloadAsync();
        using Checkpoint checkpoint = Checkpoint.Open(download.Folder);
        Assert.Equal([0f, 1f, 2f, 3f], checkpoint.ReadFloats("a"));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_nowhere_else()
    {
        await DownloadAsync(_hub.Options(_cache, token: "hf_secret"));
        Assert.All(_hub.HubRequests, request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.NotEmpty(_hub.FileRequests);
        Assert.All(_hub.FileRequests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task What_is_here_already_is_not_asked_for_again()
    {
        await DownloadAsync();
        int before = _hub.HubRequests.Count;
        await DownloadAsync();
        Assert.Equal(2, _hub.HubRequests.Count - before); // the commit and the list
        Assert.Single(_hub.FileRequests);
    }

    [Fact]
    public async Task A_cut_connection_goes_on_where_it_was_cut()
    {
        _hub.OnFile = FirstTime((context, path) => FakeHub.CutAsync(context, _hub.Content[path], 1_000_000, Etag(path), Partial));
        HubDownload download = await DownloadAsync();
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
        FakeRequest second = _hub.FileRequests.Last();
        Assert.Equal(2, _hub.FileRequests.Count);
        Assert.Equal(("bytes=1000000-", Etag(Weights)), (second.Range, second.IfRange));
        Assert.False(File.Exists(Partial) || File.Exists(Partial + ".etag"));
    }

    [Fact]
    public async Task A_later_run_goes_on_where_an_earlier_one_was_stopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _hub.OnFile = FirstTime(async (context, path) =>
        {
            await FakeHub.BeginAsync(context, _hub.Content[path], 500_000, Etag(path), Partial);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using (var downloader = new HubDownloader(_hub.Options(_cache)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloader.DownloadAsync(Model, null, stop.Token));
        }

        Assert.Equal(500_000, new FileInfo(Partial).Length);
        var progress = new ProgressRecord();
        HubDownload download = await DownloadAsync(progress: progress);
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
        Assert.Equal("bytes=500000-", _hub.FileRequests.Last().Range);
        Assert.Contains(progress.Reports, report => report.BytesDone >= 500_000);
    }

    [Fact]
    public async Task A_file_that_changed_in_between_is_begun_anew()
    {
        byte[] old = new byte[3_000_000];
        _hub.OnFile = FirstTime((context, _) => FakeHub.CutAsync(context, old, 1_000_000, "\"old\"", Partial));
        HubDownload download = await DownloadAsync();
        Assert.Equal("\"old\"", _hub.FileRequests.Last().IfRange);
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
    }

    [Theory]
    [InlineData("no ranges")]
    [InlineData("another part")]
    [InlineData("another etag")]
    [InlineData("416")]
    public async Task A_server_that_does_not_go_on_properly_is_begun_anew(string fault)
    {
        int requests = 0;
        _hub.OnFile = async (context, path) =>
        {
            byte[] content = _hub.Content[path];
            switch (++requests)
            {
                case 1:
                    await FakeHub.CutAsync(context, content, 1_000_000, Etag(path), Partial);
                    return true;
                case 2 when fault == "no ranges":
                    await context.Response.Body.WriteAsync(content);
                    return true;
                case 2 when fault == "another part":
                    context.Response.StatusCode = 206;
                    context.Response.Headers.ContentRange = $"bytes 5-{content.Length - 1}/{content.Length}";
                    await context.Response.Body.WriteAsync(content.AsMemory(5));
                    return true;
                case 2 when fault == "another etag":
                    context.Response.StatusCode = 206;
                    context.Response.Headers.ETag = "\"other\"";
                    context.Response.Headers.ContentRange = $"bytes 1000000-{content.Length - 1}/{content.Length}";
                    await context.Response.Body.WriteAsync(new byte[content.Length - 1_000_000]);
                    return true;
                case 2:
                    context.Response.StatusCode = 416;
                    return true;
                default:
                    return false;
            }
        };
        HubDownload download = await DownloadAsync();
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
    }

    [Fact]
    public async Task Damaged_bytes_of_an_earlier_run_are_thrown_away()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        await File.WriteAllBytesAsync(Partial, new byte[2_999_000], Cancellation);
        HubDownload download = await DownloadAsync();
        Assert.Equal(_hub.Content[Weights], await File.ReadAllBytesAsync(Path.Combine(download.Folder, Weights), Cancellation));
        Assert.Equal(["bytes=2999000-", null], _hub.FileRequests.Select(request => request.Range));
    }

    [Fact]
    public async Task A_wrong_hash_is_an_error_and_leaves_nothing_that_looks_whole()
    {
        _hub.OnFile = async (context, path) =>
        {
            await context.Response.Body.WriteAsync(new byte[_hub.Content[path].Length]);
            return true;
        };
        HubException error = await Assert.ThrowsAsync<HubException>(() => DownloadAsync());
        Assert.StartsWith("someone/sida/model.safetensors: what comes doesn't have the hash", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _hub.FileRequests.Count);
        Assert.False(File.Exists(Path.ChangeExtension(Partial, null)));
        Assert.Equal(0, new FileInfo(Partial).Length);
    }

    [Fact]
    public async Task A_small_file_with_a_wrong_hash_is_an_error()
    {
        _hub.OnHub = async context =>
        {
            bool wrong = context.Request.Path.Value!.EndsWith("/config.json", StringComparison.Ordinal);
            if (wrong)
            {
                await context.Response.Body.WriteAsync("[]"u8.ToArray());
            }

            return wrong;
        };
        Assert.Contains("config.json: what comes", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_file_of_another_size_is_an_error(int difference)
    {
        _hub.OnFile = async (context, path) =>
        {
            await context.Response.Body.WriteAsync(new byte[_hub.Content[path].Length + difference]); // chunked: no length is announced
            return true;
        };
        await Assert.ThrowsAsync<HubException>(() => DownloadAsync());
        _hub.OnFile = async (context, path) =>
        {
            context.Response.ContentLength = _hub.Content[path].Length + difference;
            await context.Response.Body.WriteAsync(new byte[_hub.Content[path].Length + difference]);
            return true;
        };
        await Assert.ThrowsAsync<HubException>(() => DownloadAsync());
    }

    [Fact]
    public async Task Progress_ends_with_everything_done()
    {
        var progress = new ProgressRecord();
        await DownloadAsync(progress: progress);
        HubProgress last = progress.Reports.Last();
        Assert.Equal((2, 2, 3_000_002L, 3_000_002L), (last.FilesDone, last.FilesTotal, last.BytesDone, last.BytesTotal));
    }

    [Fact]
    public async Task No_more_files_at_once_than_allowed()
    {
        _hub.Content.Remove(Weights);
        _hub.Content["model.safetensors.index.json"] = "{}"u8.ToArray();
        for (int i = 1; i <= 9; i++)
        {
            _hub.Content[$"model-0000{i}-of-00009.safetensors"] = new byte[2000];
        }

        var counting = new Lock();
        int now = 0;
        int most = 0;
        _hub.OnFile = async (_, _) =>
        {
            lock (counting)
            {
                most = Math.Max(most, ++now);
            }

            await Task.Delay(100);
            lock (counting)
            {
                now--;
            }

            return false;
        };
        HubDownload download = await DownloadAsync();
        Assert.Equal(11, Directory.GetFiles(download.Folder).Length);
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task A_full_disk_and_a_second_process_are_named()
    {
        HubOptions full = new() { Endpoint = _hub.Endpoint, CacheFolder = _cache.Path, FreeSpace = _ => 2_999_999 };
        Assert.Contains("make room", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(full))).Message, StringComparison.Ordinal);
        Assert.Empty(_hub.FileRequests);
        using var other = new FileStream(Path.GetDirectoryName(Partial) + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("another process", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message, StringComparison.Ordinal);
    }

    private static Func<HttpContext, string, Task<bool>> FirstTime(Func<HttpContext, string, Task> answer)
    {
        int requests = 0;
        return async (context, path) =>
        {
            bool first = Interlocked.Increment(ref requests) == 1;
            if (first)
            {
                await answer(context, path);
            }

            return first;
        };
    }

    private string Etag(string path) => $"\"{FakeHub.Sha256(_hub.Content[path])}\"";

    private async Task<HubDownload> DownloadAsync(HubOptions? options = null, IProgress<HubProgress>? progress = null)
    {
        using var downloader = new HubDownloader(options ?? _hub.Options(_cache));
        return await downloader.DownloadAsync(Model, progress, Cancellation);
    }

    private sealed class ProgressRecord : IProgress<HubProgress>
    {
        public ConcurrentQueue<HubProgress> Reports { get; } = new();

        public void Report(HubProgress value) => Reports.Enqueue(value);
    }
}
