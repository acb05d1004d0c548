using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Sida.Engine;
using Sida.Engine.Import.Hub;

namespace Sida.Web.Tests.Engine.Import.Hub;

/// <summary>A hub that refuses, is busy, or lies.</summary>
public sealed class HubRefusalTests : IAsyncLifetime
{
    private readonly TemporaryFolder _cache = new();
    private FakeHub _hub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync(Cancellation);
        _hub.Content["pytorch_model.bin"] = new byte[2000];
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cache.Dispose();
    }

    [Theory]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(403, "accept the model's terms")]
    [InlineData(404, "check name and revision")]
    [InlineData(418, "status 418")]
    public async Task A_refusal_is_final_and_says_what_to_do(int status, string remedy)
    {
        _hub.OnHub = context => Answer(context, status);
        HubException error = await FailAsync(token: "hf_secret");
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("someone/sida@v1: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", error.ToString(), StringComparison.Ordinal);
        Assert.Single(_hub.HubRequests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_failure_that_may_pass_is_tried_again_but_not_for_ever(int status)
    {
        _hub.OnHub = context => Answer(context, status);
        HubException error = await FailAsync();
        Assert.Contains($"status {status}; given up after 4 attempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, _hub.HubRequests.Count);
    }

    [Fact]
    public async Task The_wait_that_the_hub_asks_for_is_kept()
    {
        int requests = 0;
        _hub.OnHub = context =>
        {
            context.Response.Headers.RetryAfter = "1";
            return ++requests == 1 ? Answer(context, 429) : Task.FromResult(false);
        };
        long start = Stopwatch.GetTimestamp();
        await DownloadAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.99, 30);
    }

    [Fact]
    public async Task A_wait_of_an_hour_is_told_instead_of_kept()
    {
        _hub.OnHub = context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return Answer(context, 429);
        };
        Assert.Contains("asks to wait 1:00:00", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Single(_hub.HubRequests);
    }

    [Fact]
    public async Task A_signed_address_that_ran_out_is_asked_for_anew()
    {
        int requests = 0;
        _hub.OnFile = (context, _) => ++requests == 1 ? Answer(context, 403) : Task.FromResult(false);
        await DownloadAsync();
        Assert.Equal(2, _hub.HubRequests.Count(request => request.Path.Contains("/resolve/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_silent_server_counts_as_cut()
    {
        int requests = 0;
        _hub.OnFile = async (context, _) =>
        {
            bool silent = ++requests == 1;
            if (silent)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            return silent;
        };
        await DownloadAsync(stallSeconds: 2);
        Assert.InRange(requests, 2, 4);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named_without_the_query()
    {
        _hub.OnFile = (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        HubException error = await FailAsync();
        Assert.Contains("given up after 4 attempts", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/elsewhere")]
    [InlineData("ftp://127.0.0.1/file")]
    [InlineData("file:///etc/passwd")]
    [InlineData(null)]
    public async Task Redirects_in_a_circle_or_to_nowhere_are_refused(string? location)
    {
        _hub.OnHub = context =>
        {
            context.Response.Headers.Location = location;
            return Answer(context, 302);
        };
        Assert.Contains("redirects", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../.bashrc")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../model.safetensors")]
    [InlineData("a\\model.safetensors")]
    [InlineData("model\0.safetensors")]
    [InlineData("a//b")]
    public async Task A_listed_name_that_leaves_the_folder_is_refused(string path)
    {
        _hub.Content[path] = new byte[2000];
        Assert.Contains("leaves the model's folder", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_cache.Path));
    }

    [Theory]
    [InlineData("revision", "{}", "names no commit")]
    [InlineData("revision", "{\"sha\":\"../../../../../../../../../../../../../../\"}", "names no commit")]
    [InlineData("revision", "[]", "names no commit")]
    [InlineData("revision", "<html>", "isn't JSON")]
    [InlineData("tree", "{}", "no list of files")]
    [InlineData("tree", "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":2}]", "without size or hash")]
    [InlineData("tree", "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":-2,\"oid\":\"0123456789abcdef0123456789abcdef01234567\"}]", "without size or hash")]
    [InlineData("tree", "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":9223372036854775807,\"oid\":\"0123456789abcdef0123456789abcdef01234567\"}]", "without size or hash")]
    [InlineData("tree", "[{\"type\":\"file\",\"size\":2}]", "leaves the model's folder")]
    [InlineData("tree", "[1,{\"type\":\"directory\",\"path\":\"..\"}]", "no model.safetensors or pytorch_model.bin")]
    public async Task An_answer_that_makes_no_sense_is_refused(string request, string answer, string reason)
    {
        _hub.OnHub = async context =>
        {
            bool match = context.Request.Path.Value!.Contains($"/{request}/", StringComparison.Ordinal);
            if (match)
            {
                await context.Response.WriteAsync(answer);
            }

            return match;
        };
        Assert.Contains(reason, (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        _hub.OnHub = async context =>
        {
            byte[] blanks = new byte[1 << 20];
            Array.Fill(blanks, (byte)' ');
            for (int i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(blanks, CancellationToken.None);
            }

            return true;
        };
        Assert.Contains("larger than", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_comes_in_pages_that_stay_on_the_hub()
    {
        _hub.OnHub = context =>
        {
            if (context.Request.Path.Value!.Contains("/tree/", StringComparison.Ordinal) && !context.Request.Query.ContainsKey("cursor"))
            {
                context.Response.Headers.Link = "</api/models/someone/sida/tree/x?cursor=2>; rel=\"next\"";
                return context.Response.WriteAsync("[{\"type\":\"directory\",\"path\":\"a\"}]").ContinueWith(_ => true, TaskScheduler.Default);
            }

            return Task.FromResult(false);
        };
        Assert.Single((await DownloadAsync()).Snapshot.Files);
        _hub.OnHub = context =>
        {
            context.Response.Headers.Link = $"<{_hub.FileHost}tree>; rel=\"next\"";
            return Task.FromResult(false);
        };
        Assert.Contains("continues its list elsewhere", (await FailAsync()).Message, StringComparison.Ordinal);
        _hub.OnHub = context =>
        {
            context.Response.Headers.Link = "</api/models/someone/sida/tree/x?recursive=true>; rel=\"next\"";
            return Task.FromResult(false);
        };
        Assert.Contains("without end", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    private static Task<bool> Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private async Task<HubException> FailAsync(string? token = null) => await Assert.ThrowsAsync<HubException>(() => DownloadAsync(token));

    private async Task<HubDownload> DownloadAsync(string? token = null, int stallSeconds = 60)
    {
        using var downloader = new HubDownloader(_hub.Options(_cache, token, stallSeconds));
        return await downloader.DownloadAsync(new HubModelId("someone", "sida", "v1"), null, Cancellation);
    }
}
