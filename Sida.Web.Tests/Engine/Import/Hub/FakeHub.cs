using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Sida.Engine.Import.Hub;

namespace Sida.Web.Tests.Engine.Import.Hub;

/// <summary>What a fake server was asked.</summary>
internal sealed record FakeRequest(string Path, string? Authorization, string? Range, string? IfRange);

/// <summary>A hub on this machine that behaves as the real one: small files directly, large ones by a redirect to another host.</summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly WebApplication _hub = Build();
    private readonly WebApplication _files = Build();

    public Uri Endpoint => new(_hub.Urls.Single());

    public Uri FileHost => new(_files.Urls.Single());

    /// <summary>Content by name; those of 1,000 bytes and more are large files.</summary>
    public Dictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<FakeRequest> HubRequests { get; } = new();

    public ConcurrentQueue<FakeRequest> FileRequests { get; } = new();

    /// <summary>Answers a request for a large file's content instead of the server, or returns false.</summary>
    public Func<HttpContext, string, Task<bool>> OnFile { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Answers a request to the hub instead of it, or returns false.</summary>
    public Func<HttpContext, Task<bool>> OnHub { get; set; } = _ => Task.FromResult(false);

    public static async Task<FakeHub> StartAsync(CancellationToken cancellation)
    {
        var hub = new FakeHub();
        hub._hub.Use(async (context, next) =>
        {
            hub.HubRequests.Enqueue(Describe(context));
            if (!await hub.OnHub(context))
            {
                await next(context);
            }
        });
        hub._hub.MapGet("/api/models/{owner}/{name}/revision/{revision}", (string owner, string name) =>
            Results.Json(new { id = $"{owner}/{name}", sha = Commit, tags = new[] { "pytorch", "license:apache-2.0" } }));
        hub._hub.MapGet("/api/models/{owner}/{name}/tree/{commit}", () => Results.Json(hub.Content.Select(Describe)));
        hub._hub.MapGet("/{owner}/{name}/resolve/{commit}/{**path}", hub.ResolveAsync);
        hub._files.MapGet("/blobs/{**path}", hub.SendAsync);
        await hub._hub.StartAsync(cancellation);
        await hub._files.StartAsync(cancellation);
        return hub;
    }

    public HubOptions Options(TemporaryFolder cache, string? token = null, int stallSeconds = 60) => new()
    {
        Endpoint = Endpoint,
        Token = token,
        CacheFolder = cache.Path,
        MaxAttempts = 4,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        StallTimeout = TimeSpan.FromSeconds(stallSeconds),
    };

    /// <summary>Announces the whole content, sends its beginning and returns when the client has stored that.</summary>
    public static async Task BeginAsync(HttpContext context, byte[] content, int sent, string etag, string partial)
    {
        context.Response.Headers.ETag = etag;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content.AsMemory(0, sent));
        await context.Response.Body.FlushAsync();
        while (!context.RequestAborted.IsCancellationRequested && (!File.Exists(partial) || new FileInfo(partial).Length < sent))
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Sends the beginning of the content and cuts the connection.</summary>
    public static async Task CutAsync(HttpContext context, byte[] content, int sent, string etag, string partial)
    {
        await BeginAsync(context, content, sent, etag, partial);
        context.Abort();
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _files.DisposeAsync();
    }

    private static WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static object Describe(KeyValuePair<string, byte[]> file) => file.Value.Length >= 1000
        ? new { type = "file", path = file.Key, size = file.Value.Length, oid = new string('a', 40), lfs = new { oid = Sha256(file.Value), size = file.Value.Length, pointerSize = 134 } }
        : new { type = "file", path = file.Key, size = file.Value.Length, oid = GitBlob(file.Value) };

    private static FakeRequest Describe(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        return new FakeRequest(context.Request.Path.Value!, headers.Authorization, headers.Range, headers.IfRange);
    }

    private static string GitBlob(byte[] content)
    {
#pragma warning disable CA5350 // git's own hash
        return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
    }

    private IResult ResolveAsync(string path)
    {
        if (!Content.TryGetValue(path, out byte[]? content))
        {
            return Results.NotFound();
        }

        return content.Length >= 1000
            ? Results.Redirect($"{FileHost}blobs/{path}?signature=secret")
            : Results.Bytes(content, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{GitBlob(content)}\""));
    }

    private async Task<IResult> SendAsync(HttpContext context, string path)
    {
        FileRequests.Enqueue(Describe(context));
        return await OnFile(context, path)
            ? Results.Empty
            : Results.Bytes(Content[path], enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{Sha256(Content[path])}\""));
    }
}
