using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Models;
using Sida.Web.Api;
using Sida.Web.Conversations;
using Sida.Web.Data.Entities;
using Sida.Web.Models;
using Sida.Web.Pictures;
using Sida.Web.Tests.Cli;
using Sida.Web.Tests.Engine.Analysis;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Restart;

/// <summary>The real program with a real model: what it answers, and what is left when it is killed or stopped in the middle.</summary>
public sealed class RestartTests(RestartTests.Model model) : IClassFixture<RestartTests.Model>, IDisposable
{
    /// <summary>More than one server of this size gets done before it is killed.</summary>
    private const int Jobs = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("sida-restart-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_killed_or_stopped_server_had_told_is_still_there_and_the_rest_is_marked_and_can_be_asked_again()
    {
        string cookie;
        Asked killed;
        Asked stopped;
        IReadOnlyList<Guid> behindKilled;
        IReadOnlyList<Guid> behindStopped;
        await using (ServerProcess server = await StartAsync())
        {
            using SidaUser anna = await SidaUser.OpenAsync(server.Address);
            cookie = anna.Cookie!;
            (killed, behindKilled) = await AskAsync(anna);
            await anna.FollowAsync(killed.AnalysisIds[0]).FirstAsync(message => message is TokenMessage, Cancellation);
            await server.KillAsync();
        }

        await using (ServerProcess server = await StartAsync("--Sida:Server:ShutdownGrace", "00:00:00"))
        {
            using SidaUser anna = await SidaUser.OpenAsync(server.Address, cookie);
            Assert.Contains(AnalysisState.Interrupted, await EndsAsync(anna, killed, behindKilled));
            using HttpResponseMessage again = await anna.Http.PostAsJsonAsync("/api/analyses?wait=600", new { pictureId = await PictureAsync(anna, killed), maxNewTokens = 8 }, Cancellation);
            AnalysisList answer = (await again.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<AnalysisList>(WebJson.Options, Cancellation))!;
            Assert.Equal(AnalysisState.Finished, Assert.Single(answer.Analyses).State);

            (stopped, behindStopped) = await AskAsync(anna);
            Task<List<AnalysisMessage>> listener = anna.FollowAsync(stopped.AnalysisIds[0]).ToListAsync(Cancellation).AsTask();
            Assert.Equal(0, await server.StopAsync());
            // Whoever listens is told before the connection ends.
            Assert.True((await listener)[^1].IsLast);
        }

        await using (ServerProcess server = await StartAsync())
        {
            using SidaUser anna = await SidaUser.OpenAsync(server.Address, cookie);
            await EndsAsync(anna, stopped, behindStopped);
        }
    }

    /// <summary>How the analyses ended: each is finished or interrupted, and its messages say the same, every one once and in order.</summary>
    private static async Task<List<AnalysisState>> EndsAsync(SidaUser anna, Asked asked, IReadOnlyList<Guid> behind)
    {
        List<AnalysisState> states = [];
        foreach (Guid id in behind.Append(asked.AnalysisIds[0]))
        {
            AnalysisResource resource = await anna.GetAsync<AnalysisResource>($"/api/analyses/{id}");
            List<AnalysisMessage> messages = await anna.FollowAsync(id).ToListAsync(Cancellation);
            Assert.Equal(Enumerable.Range(0, messages.Count), messages.Select(message => message.Sequence));
            Type end = resource.State == AnalysisState.Finished ? typeof(FinishedMessage) : typeof(InterruptedMessage);
            Assert.IsType(end, messages[^1]);
            Assert.True(resource.State is AnalysisState.Finished or AnalysisState.Interrupted, resource.State.ToString());
            Assert.NotNull(resource.FinishedAt);
            states.Add(resource.State);
        }

        return states;
    }

    private static async Task<Guid> PictureAsync(SidaUser anna, Asked asked)
    {
        ConversationView conversation = await anna.GetAsync<ConversationView>($"/api/conversations/{asked.ConversationId}");
        TurnView turn = Assert.Single(conversation.Turns);
        Assert.Equal("Where was it altered?", turn.Text);
        return turn.Picture.Id;
    }

    [Fact]
    public async Task The_server_and_the_command_line_give_the_same_json()
    {
        string picture = Path.Combine(TestFixtures.Bundled, "images", "wide.png");
        JsonNode byCommand = JsonNode.Parse((await CommandLineTests.RunAsync(["analyze", picture, "--preset", "explain", "--max-new-tokens", "8", "--model", model.Folder, "--device", "cpu", "--json", "-"])).Output)!;
        using SidaServer server = new SidaServer().With("Sida:Model", model.Folder).With("Sida:Device", "cpu").With(services => services.AddSingleton<IAnalyzerLoader, EngineLoader>());
        using SidaUser anna = await SidaUser.OpenAsync(server);
        using MultipartFormDataContent form = new() { { new ByteArrayContent(await File.ReadAllBytesAsync(picture, Cancellation)), "image", "wide.png" }, { new StringContent("explain"), "preset" }, { new StringContent("8"), "maxNewTokens" } };
        using HttpResponseMessage response = await anna.Http.PostAsync("/api/analyses?wait=600", form, Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        JsonNode? byServer = JsonNode.Parse(text)?["analyses"]?[0]?["result"];
        Assert.True(byServer is not null, text);
        Assert.Equal(["answer", "decode", "masks", "prefill", "queue", "samEncoder", "total", "verdict", "vision"], byServer["timings"]!.AsObject().Select(time => time.Key).Order(StringComparer.Ordinal));
        byServer["timings"] = byCommand["timings"]!.DeepClone();
        AssertSame("", byCommand, byServer);
    }

    /// <summary>
    /// The same members in the same order with the same values. The server has warmed its model up, so its prefill takes another path
    /// through the same sums: numbers may differ in their last digits, and a mask in pixels on its border.
    /// </summary>
    private static void AssertSame(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonObject members:
                Assert.Equal(members.Select(member => member.Key), Assert.IsType<JsonObject>(actual).Select(member => member.Key));
                foreach ((string name, JsonNode? value) in members.Where(member => member.Key != "rle"))
                {
                    AssertSame($"{path}.{name}", value, actual[name]);
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, Assert.IsType<JsonArray>(actual).Count);
                for (int i = 0; i < items.Count; i++)
                {
                    AssertSame($"{path}[{i}]", items[i], actual[i]);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                double number = value.GetValue<double>();
                Assert.True(Math.Abs(number - actual!.GetValue<double>()) <= 1e-3 * Math.Max(1, Math.Abs(number)), $"{path}: {number} and {actual}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected} and {actual}");
                break;
        }
    }

    private Task<ServerProcess> StartAsync(params string[] settings) => ServerProcess.StartAsync(
        [
            "--Sida:Storage:Folder", Path.Combine(_folder, "data"), "--Sida:Model", model.Folder, "--Sida:Device", "cpu", "--Sida:Work:MaxRunning", "1", "--Sida:Models:WarmUp", "false", .. settings,
        ]);

    /// <summary>A conversation, and jobs that wait behind it.</summary>
    private static async Task<(Asked Asked, IReadOnlyList<Guid> Jobs)> AskAsync(SidaUser anna)
    {
        PictureView picture = await anna.UploadAsync(await File.ReadAllBytesAsync(Path.Combine(TestFixtures.Bundled, "images", "wide.png"), Cancellation));
        using HttpResponseMessage response = await anna.Http.PostAsJsonAsync("/api/conversations", new { pictureId = picture.Id, text = "Where was it altered?" }, Cancellation);
        Asked asked = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Asked>(WebJson.Options, Cancellation))!;
        List<Guid> jobs = [];
        for (int i = 0; i < Jobs; i++)
        {
            using HttpResponseMessage job = await anna.Http.PostAsJsonAsync("/api/analyses", new { pictureId = picture.Id, preset = "explain" }, Cancellation);
            jobs.Add((await job.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<AnalysisList>(WebJson.Options, Cancellation))!.Analyses[0].Id);
        }

        return (asked, jobs);
    }

    /// <summary>A small real model, imported once.</summary>
    public sealed class Model : IAsyncLifetime
    {
        private readonly string _root = Directory.CreateTempSubdirectory("sida-restart-model-").FullName;

        public string Folder => Path.Combine(_root, "tiny");

        public async ValueTask InitializeAsync() => await TinyEngines.ImportAsync(Folder, ModelFamily.SidaDescription);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_root, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
