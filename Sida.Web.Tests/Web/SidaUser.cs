using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
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

    /// <summary>The cookie that makes this browser an owner, where it was opened by address.</summary>
    public string? Cookie { get; private init; }

    /// <summary>Who the person is to the services, where somebody signed in.</summary>
    public Caller Caller { get; private init; } = new(Guid.Empty, Permissions.None);

    /// <summary>A browser in which a new person with an account is signed in.</summary>
    public static async Task<SidaUser> SignInAsync(SidaServer server, SiteRole role, string name = "Anna")
    {
        SignedIn person = await SignedIn.AsAsync(server, role, name);
        CookieContainer cookies = new();
        cookies.Add(new Cookie(AccountCookie.Name, person.Cookie, "/", server.ClientOptions.BaseAddress.Host));
        SidaUser user = await OpenAsync(server.CreateDefaultClient(new CookieContainerHandler(cookies)), null);
        return new SidaUser(user.Http) { Caller = person.Caller };
    }

    public static Task<SidaUser> OpenAsync(SidaServer server) => OpenAsync(server.CreateClient(), null);

    /// <summary>A browser at an address, a new one or one that comes back with its cookie.</summary>
    public static async Task<SidaUser> OpenAsync(Uri address, string? cookie = null)
    {
        CookieContainer cookies = new();
        HttpClient http = new(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = address };
        if (cookie is not null)
        {
            cookies.SetCookies(address, cookie);
        }

        (await http.GetAsync("/", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        return await OpenAsync(http, cookies.GetCookies(address)[BrowserOwner.CookieName]!.ToString());
    }

    private static async Task<SidaUser> OpenAsync(HttpClient http, string? cookie)
    {
        (await http.GetAsync("/", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        JsonElement answer = await http.GetFromJsonAsync<JsonElement>("/antiforgery", TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Add(SameOriginOnly.TokenHeader, answer.GetProperty("token").GetString());
        return new SidaUser(http) { Cookie = cookie };
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

    public async Task<T> GetAsync<T>(string address) => (await Http.GetFromJsonAsync<T>(address, WebJson.Options, TestContext.Current.CancellationToken))!;

    /// <summary>The messages of an analysis, as server-sent events.</summary>
    public async IAsyncEnumerable<AnalysisMessage> FollowAsync(Guid analysis)
    {
        await using Stream events = await Http.GetStreamAsync($"/api/analyses/{analysis}/events", TestContext.Current.CancellationToken);
        await foreach (SseItem<string> item in SseParser.Create(events).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            yield return WebJson.Read<AnalysisMessage>(item.Data);
        }
    }

    /// <summary>A small picture that differs by its seed.</summary>
    public static byte[] Picture(int seed = 1, int width = 64, int height = 48)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return ImageEncoder.EncodePng(new RgbImage(width, height, pixels));
    }
}
