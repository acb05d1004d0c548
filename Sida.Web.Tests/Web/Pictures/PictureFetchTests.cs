using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Pictures;

/// <summary>Pictures by address. The web server at 127.0.0.1 plays the public internet, the one at 127.0.0.2 the server's own network.</summary>
public sealed class PictureFetchTests : IAsyncLifetime
{
    private static readonly byte[] Picture = SidaUser.Picture(7);

    private readonly WebApplication _web;
    private readonly SidaServer _server;
    private int _privateHits;
    private int _port;

    public PictureFetchTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        _web = builder.Build();
        _web.MapGet("/cat.png", () => Results.Bytes(Picture, "text/html"));
        _web.MapGet("/moved", () => Results.Redirect("/cat.png"));
        _web.MapGet("/loop", () => Results.Redirect("/loop"));
        _web.MapGet("/inside", () => Results.Redirect($"http://127.0.0.2:{_port}/secret"));
        _web.MapGet("/file", () => Results.Redirect("file:///etc/passwd"));
        _web.MapGet("/secret", () => Results.Text($"secret {Interlocked.Increment(ref _privateHits)}"));
        _web.MapGet("/large", async (HttpContext context) =>
        {
            byte[] block = new byte[64 << 10];
            for (int i = 0; i < 64; i++)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });
        _web.MapGet("/drip", async (HttpContext context) =>
        {
            for (int i = 0; i < 600; i++)
            {
                await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
            }
        });
        _server = new SidaServer().With("Sida:Uploads:MaxBytes", "1048576").With("Sida:Uploads:FetchTimeout", "00:00:02")
            .With(services => services.AddSingleton<IAddressRule, OneMachine>());
    }

    public async ValueTask InitializeAsync()
    {
        await _web.StartAsync(TestContext.Current.CancellationToken);
        _port = new Uri(_web.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _web.DisposeAsync();
    }

    [Theory]
    [InlineData("/cat.png")]
    [InlineData("/moved")]
    public async Task A_picture_is_fetched_whatever_its_server_calls_it(string path)
    {
        using SidaUser user = await SidaUser.OpenAsync(_server);
        using HttpResponseMessage response = await FetchAsync(user, Address(path));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        PictureView picture = (await response.Content.ReadFromJsonAsync<PictureView>(WebJson.Options, TestContext.Current.CancellationToken))!;
        Assert.Equal((64, 48, "Png"), (picture.Width, picture.Height, picture.Format));
    }

    [Theory]
    [InlineData("/inside", HttpStatusCode.BadRequest, "not on the public internet")]
    [InlineData("/file", HttpStatusCode.BadRequest, "Give the address")]
    [InlineData("/loop", HttpStatusCode.BadRequest, "redirects more than")]
    [InlineData("/missing", HttpStatusCode.BadRequest, "answered 404")]
    [InlineData("/secret", HttpStatusCode.UnprocessableEntity, "")]
    [InlineData("/large", HttpStatusCode.RequestEntityTooLarge, "larger than 1 MB")]
    [InlineData("/drip", HttpStatusCode.BadRequest, "in time")]
    public async Task Anything_else_is_refused_with_the_reason(string path, HttpStatusCode status, string reason)
    {
        using SidaUser user = await SidaUser.OpenAsync(_server);
        using HttpResponseMessage response = await FetchAsync(user, Address(path));
        Assert.Equal(status, response.StatusCode);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_own_network_is_never_called()
    {
        using SidaUser user = await SidaUser.OpenAsync(_server);
        foreach (string address in new[] { Address("/inside"), $"http://127.0.0.2:{_port}/secret", $"http://[::ffff:127.0.0.2]:{_port}/secret", $"http://2130706434:{_port}/secret", $"http://0x7f.2:{_port}/secret", $"http://localhost:{_port}/secret" })
        {
            using HttpResponseMessage response = await FetchAsync(user, address);
            Assert.False(response.IsSuccessStatusCode, address);
        }

        // localhost is 127.0.0.1 here, the machine that may be called; it has no picture at that address.
        Assert.Equal(1, _privateHits);
    }

    [Fact]
    public async Task Names_and_passwords_in_addresses_are_refused()
    {
        using SidaUser user = await SidaUser.OpenAsync(_server);
        using HttpResponseMessage response = await FetchAsync(user, $"http://user:pass@127.0.0.1:{_port}/cat.png");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task It_can_be_turned_off()
    {
        using SidaServer closed = new SidaServer().With("Sida:Uploads:FetchUrls", "false");
        using SidaUser user = await SidaUser.OpenAsync(closed);
        using HttpResponseMessage response = await FetchAsync(user, "https://example.com/cat.png");
        Assert.Contains("Sida:Uploads:FetchUrls", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private string Address(string path) => $"http://127.0.0.1:{_port}{path}";

    private static Task<HttpResponseMessage> FetchAsync(SidaUser user, string url) => user.Http.PostAsJsonAsync("/api/pictures/from-url", new { url }, TestContext.Current.CancellationToken);

    private sealed class OneMachine : IAddressRule
    {
        public bool Allows(IPAddress address, int port) => address.Equals(IPAddress.Loopback);
    }
}
