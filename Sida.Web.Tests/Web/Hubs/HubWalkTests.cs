using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Accounts;
using Sida.Web.Api;
using Sida.Web.Hubs;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Hubs;

/// <summary>Calls every method of the hub as a second user with the ids of the first, in the hub's own protocol.</summary>
public sealed class HubWalkTests(SharedServer shared) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private const char RecordEnd = '\u001e';
    private const int CompletionMessage = 3;
    private const int CloseMessage = 7;

    private readonly SidaServer _server = shared.Server;
    private readonly Caller _anna = new(Guid.CreateVersion7(), Permissions.All);
    private readonly Caller _ben = new(Guid.CreateVersion7(), Permissions.All);
    private Guid _picture;
    private Guid _analysis;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server.StartServer();
        _picture = (await _server.Services.GetRequiredService<PictureService>().AddAsync(_anna, new MemoryStream(SidaUser.Picture()), "a.png", Cancellation)).Id;
        AnalysisService analyses = _server.Services.GetRequiredService<AnalysisService>();
        _analysis = (await analyses.StartAsync(_anna, new AnalysisOrder(_picture, "mine"), Cancellation)).Id;
        await analyses.ReadAsync(_anna, _analysis, 0, Cancellation).LastAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_second_user_gets_nothing_from_any_method()
    {
        string key = await KeyAsync(_ben);
        foreach (MethodInfo method in Methods())
        {
            JsonElement end = await CallAsync(key, method);
            Assert.True(end.TryGetProperty("error", out JsonElement error), $"{method.Name} gave somebody else something.");
            Assert.Contains("not-found", error.GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_user_gets_what_the_second_is_refused()
    {
        string key = await KeyAsync(_anna);
        foreach (MethodInfo method in Methods())
        {
            JsonElement end = await CallAsync(key, method);
            Assert.False(end.TryGetProperty("error", out JsonElement error), $"{method.Name}: {error}");
        }
    }

    [Fact]
    public async Task A_key_that_is_revoked_while_connected_opens_nothing_more()
    {
        ApiKeyService keys = _server.Services.GetRequiredService<ApiKeyService>();
        NewApiKey key = await keys.CreateAsync(_anna, "short-lived", Permissions.Read | Permissions.Analyze, null, Cancellation);
        using WebSocket socket = await ConnectAsync(key.Secret);
        await keys.RevokeAsync(_anna, key.Key.Id, Cancellation);
        await SendAsync(socket, new { type = 1, invocationId = "1", target = "Cancel", arguments = new object[] { _analysis } });
        JsonElement? end = await EndAsync(socket);
        // Closed with or without a word: either way the call got nothing.
        Assert.True(end is null || end.Value.GetProperty("type").GetInt32() == CloseMessage || end.Value.TryGetProperty("error", out _), end.ToString());
    }

    [Fact]
    public async Task A_person_who_is_signed_out_while_connected_opens_nothing_more()
    {
        SignedIn person = await SignedIn.AsAsync(_server, SiteRole.Viewer, "Kim");
        WebSocketClient client = _server.Server.CreateWebSocketClient();
        client.ConfigureRequest = request => (request.Headers.Cookie, request.Headers.Origin) = ($"{AccountCookie.Name}={person.Cookie}", _server.Server.BaseAddress.GetLeftPart(UriPartial.Authority));
        using WebSocket socket = await client.ConnectAsync(new Uri(_server.Server.BaseAddress, AnalysisHub.Address), Cancellation);
        await SendAsync(socket, new { protocol = "json", version = 1 });
        Assert.Contains("not-found", await CancelNothingAsync(socket), StringComparison.Ordinal);
        await _server.Services.GetRequiredService<AccountService>().SignOutEverywhereAsync(person.Caller, Cancellation);
        await SendAsync(socket, new { type = 1, invocationId = "1", target = "Cancel", arguments = new object[] { Guid.NewGuid() } });
        JsonElement? end = await EndAsync(socket);
        Assert.True(end is null || end.Value.GetProperty("type").GetInt32() == CloseMessage || end.Value.GetProperty("error").GetString()!.Contains("forbidden", StringComparison.Ordinal), end.ToString());
    }

    [Fact]
    public async Task Calls_through_the_hub_count_like_calls_over_http()
    {
        using SidaServer strict = new SidaServer().With("Sida:Access:RequestsPerMinute", "2");
        strict.StartServer();
        NewApiKey key = await strict.Services.GetRequiredService<ApiKeyService>().CreateAsync(_anna, "eager", Permissions.Read | Permissions.Analyze, null, Cancellation);
        using HttpClient http = strict.CreateDefaultClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        Assert.True((await http.GetAsync("/api/models", Cancellation)).IsSuccessStatusCode);
        string[] errors = new string[3];
        for (int i = 0; i < errors.Length; i++)
        {
            using WebSocket socket = await ConnectAsync(key.Secret, strict);
            await SendAsync(socket, new { type = 1, invocationId = "1", target = "Cancel", arguments = new object[] { Guid.NewGuid() } });
            errors[i] = (await EndAsync(socket))!.Value.GetProperty("error").GetString()!;
        }

        Assert.Contains("not-found", errors[0], StringComparison.Ordinal);
        Assert.Contains(errors, error => error.Contains("Sida:Access:RequestsPerMinute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_connections()
    {
        using SidaServer narrow = new SidaServer().With("Sida:Access:MaxCircuitsPerOwner", "2");
        narrow.StartServer();
        NewApiKey key = await narrow.Services.GetRequiredService<ApiKeyService>().CreateAsync(_anna, "many", Permissions.Read | Permissions.Analyze, null, Cancellation);
        using WebSocket first = await ConnectAsync(key.Secret, narrow);
        Assert.Contains("not-found", await CancelNothingAsync(first), StringComparison.Ordinal);
        using WebSocket second = await ConnectAsync(key.Secret, narrow);
        Assert.Contains("not-found", await CancelNothingAsync(second), StringComparison.Ordinal);
        using (WebSocket third = await ConnectAsync(key.Secret, narrow))
        {
            Assert.Contains("Sida:Access:MaxCircuitsPerOwner", (await EndAsync(third))!.Value.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Contains("not-found", await CancelNothingAsync(first), StringComparison.Ordinal);
    }

    /// <summary>What the connection is told when it cancels an analysis that there isn't.</summary>
    private static async Task<string> CancelNothingAsync(WebSocket socket)
    {
        await SendAsync(socket, new { type = 1, invocationId = "1", target = "Cancel", arguments = new object[] { Guid.NewGuid() } });
        return (await EndAsync(socket))!.Value.GetProperty("error").GetString()!;
    }

    private static MethodInfo[] Methods()
    {
        MethodInfo[] methods = typeof(AnalysisHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName).ToArray();
        Assert.Equal(["Analyze", "Cancel", "Follow"], methods.Select(method => method.Name).Order(StringComparer.Ordinal));
        return methods;
    }

    private async Task<string> KeyAsync(Caller owner) => (await _server.Services.GetRequiredService<ApiKeyService>()
        .CreateAsync(owner, "walk", Permissions.Read | Permissions.Analyze | Permissions.Manage, null, Cancellation)).Secret;

    private async Task<JsonElement> CallAsync(string key, MethodInfo method)
    {
        using WebSocket socket = await ConnectAsync(key);
        object[] arguments = [.. method.GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken)).Select(Argument)];
        bool stream = method.ReturnType != typeof(Task);
        await SendAsync(socket, new { type = stream ? 4 : 1, invocationId = "1", target = method.Name, arguments });
        return await EndAsync(socket) ?? throw new InvalidOperationException("The connection was closed.");
    }

    private object Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        Type type when type == typeof(Guid) => _analysis,
        Type type when type == typeof(int) => 0,
        Type type when type == typeof(OrderRequest) => new { pictureId = _picture, prompt = "mine now?" },
        Type type => throw new NotSupportedException($"The walk doesn't know what to put for {type}."),
    };

    private async Task<WebSocket> ConnectAsync(string key, SidaServer? server = null)
    {
        server ??= _server;
        WebSocketClient client = server.Server.CreateWebSocketClient();
        client.ConfigureRequest = request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key).ToString();
        WebSocket socket = await client.ConnectAsync(new Uri(server.Server.BaseAddress, AnalysisHub.Address), Cancellation);
        await SendAsync(socket, new { protocol = "json", version = 1 });
        return socket;
    }

    private static Task SendAsync(WebSocket socket, object message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + RecordEnd), WebSocketMessageType.Text, true, Cancellation);

    /// <summary>Reads up to the completion of the call; null when the connection is closed instead.</summary>
    private static async Task<JsonElement?> EndAsync(WebSocket socket)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[16 << 10];
        while (true)
        {
            WebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer, Cancellation);
            }
            catch (Exception error) when (error is WebSocketException or IOException)
            {
                return null;
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            foreach (string record in text.ToString().Split(RecordEnd)[..^1])
            {
                JsonElement message = JsonDocument.Parse(record).RootElement;
                if (message.TryGetProperty("type", out JsonElement type) && type.GetInt32() is CompletionMessage or CloseMessage)
                {
                    return message;
                }
            }
        }
    }
}
