using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web;

/// <summary>A browser of one person: its own cookies, and the antiforgery token of a page it has open.</summary>
internal sealed class SidaUser : IDisposable
{
    private SidaUser(HttpClient http) => Http = http;

    public HttpClient Http { get; }

    public static async Task<SidaUser> OpenAsync(SidaServer server)
    {
        HttpClient http = server.CreateClient();
        (await http.GetAsync("/", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        JsonElement answer = await http.GetFromJsonAsync<JsonElement>("/antiforgery", TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Add(SameOriginOnly.TokenHeader, answer.GetProperty("token").GetString());
        return new SidaUser(http);
    }

    public void Dispose() => Http.Dispose();

    public async Task<PictureView> UploadAsync(byte[] bytes, string name = "holiday.png")
    {
        using HttpResponseMessage response = await TryUploadAsync(bytes, name);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<PictureView>(WebJson.Options, TestContext.Current.CancellationToken))!;
    }

    public Task<HttpResponseMessage> TryUploadAsync(byte[] bytes, string name = "holiday.png") => Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/api/pictures")
        {
            Headers = { { PictureRoutes.FileNameHeader, Uri.EscapeDataString(name) } },
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } },
        },
        TestContext.Current.CancellationToken);

    /// <summary>A small picture that differs by its seed.</summary>
    public static byte[] Picture(int seed = 1, int width = 64, int height = 48)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return ImageEncoder.EncodePng(new RgbImage(width, height, pixels));
    }
}
