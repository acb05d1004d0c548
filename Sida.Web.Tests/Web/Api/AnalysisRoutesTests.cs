using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Api;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Api;

public sealed class AnalysisRoutesTests : IClassFixture<ProgramFixture>
{
    private readonly ProgramFixture _fixture;

    /// <summary>The server is shared, its script is not: no test may depend on which ran before it.</summary>
    public AnalysisRoutesTests(ProgramFixture fixture)
    {
        _fixture = fixture;
        fixture.Server.Models.Script = ScriptedModels.WholeAnswer;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_pictures_in_one_form_are_answered_together()
    {
        using MultipartFormDataContent form = new() { { new StringContent("Is it real?"), "prompt" } };
        form.Add(File(SidaUser.Picture(1)), "image", "one.png");
        form.Add(File(SidaUser.Picture(2)), "image", "two.png");
        using HttpResponseMessage response = await _fixture.Http.PostAsync("/api/analyses?wait=60", form, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AnalysisList list = (await response.Content.ReadFromJsonAsync<AnalysisList>(WebJson.Options, Cancellation))!;
        Assert.Equal(2, list.Analyses.Count);
        Assert.Equal(2, list.Analyses.Select(analysis => analysis.PictureId).Distinct().Count());
        Assert.All(list.Analyses, analysis => Assert.Equal((AnalysisState.Finished, "The left sleeve was altered."), (analysis.State, analysis.Result!.Text)));
    }

    [Theory]
    [InlineData("/api/pictures/from-url", "{}")]
    [InlineData("/api/pictures/from-url", """{"url":null}""")]
    [InlineData("/v1/chat/completions", """{"model":"sida","messages":null}""")]
    [InlineData("/api/conversations", """{"text":"Is it real?","models":null}""")]
    public async Task A_null_where_something_is_wanted_is_the_programs_mistake(string path, string body)
    {
        using StringContent content = new(body, null, "application/json");
        using HttpResponseMessage response = await _fixture.Http.PostAsync(path, content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Who_waits_for_a_whole_completion_and_leaves_stops_it()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously), stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Server.Models.Script = (request, stop) => new ScriptedAnswer
        {
            Prompt = request.Prompt,
            BeforeWord = async (_, token) =>
            {
                begun.TrySetResult();
                token.Register(() => stopped.TrySetResult());
                await Task.Delay(Timeout.Infinite, token);
            },
        }.PlayAsync(stop);
        using CancellationTokenSource leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        object picture = new { type = "image_url", image_url = new { url = $"/api/pictures/{_fixture.PictureId}" } };
        object order = new { model = "alpha", messages = new object[] { new { role = "user", content = new[] { new { type = "text", text = "Is it real?" }, picture } } } };
        Task<HttpResponseMessage> asking = _fixture.Http.PostAsJsonAsync("/v1/chat/completions", order, leaves.Token);
        await Task.WhenAny(begun.Task, asking).WaitAsync(Cancellation);
        Assert.True(begun.Task.IsCompleted, asking.IsCompleted ? await (await asking).Content.ReadAsStringAsync(Cancellation) : "");
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await stopped.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Without_waiting_there_is_a_job_to_come_back_to()
    {
        _fixture.Server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, BeforeWord = (_, token) => Task.Delay(100, token) }.PlayAsync(stop);
        using HttpResponseMessage started = await _fixture.Http.PostAsJsonAsync("/api/analyses", new { pictureId = _fixture.PictureId, preset = "explain" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        AnalysisResource job = (await _fixture.Http.GetFromJsonAsync<AnalysisResource>(started.Headers.Location, WebJson.Options, Cancellation))!;
        Assert.Contains(job.State, new[] { AnalysisState.Queued, AnalysisState.Running });
        AnalysisResource done = (await _fixture.Http.GetFromJsonAsync<AnalysisResource>($"{started.Headers.Location}?wait=60", WebJson.Options, Cancellation))!;
        Assert.Equal(AnalysisState.Finished, done.State);
        Assert.Contains("explain why", done.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_result_is_the_command_lines_json_to_the_letter()
    {
        JsonElement answer = await StartAsync();
        AnalysisDocument document = JsonSerializer.Deserialize<AnalysisDocument>(answer.GetProperty("result").GetRawText(), WebJson.Options)!;
        using JsonDocument commandLine = JsonDocument.Parse(AnalysisJson.Serialize(document));
        Assert.Equal(commandLine.RootElement.ToString(), answer.GetProperty("result").ToString());
        Assert.Single(document.Masks);
    }

    [Fact]
    public async Task Mask_and_overlay_are_pictures_of_the_same_size()
    {
        JsonElement mask = (await StartAsync()).GetProperty("masks")[0];
        RgbImage png = ImageDecoder.Decode(await _fixture.Http.GetByteArrayAsync(mask.GetProperty("url").GetString(), Cancellation), cancellationToken: Cancellation).Image;
        RgbImage overlay = ImageDecoder.Decode(await _fixture.Http.GetByteArrayAsync(mask.GetProperty("overlayUrl").GetString(), Cancellation), cancellationToken: Cancellation).Image;
        Assert.Equal((64, 48, 64, 48), (png.Width, png.Height, overlay.Width, overlay.Height));
        Assert.Equal((0, 255), (png.Pixels[0], png.Pixels[^1]));
    }

    [Fact]
    public async Task Events_can_be_followed_from_the_middle()
    {
        string id = (await StartAsync()).GetProperty("id").GetString()!;
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/analyses/{id}/events") { Headers = { { "Last-Event-ID", "2" } } };
        using HttpResponseMessage response = await _fixture.Http.SendAsync(request, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        List<SseItem<string>> events = await SseParser.Create(await response.Content.ReadAsStreamAsync(Cancellation)).EnumerateAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal("3", events[0].EventId);
        Assert.Equal("finished", JsonDocument.Parse(events[^1].Data).RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Cancel_stops_the_work()
    {
        _fixture.Server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, BeforeWord = (_, token) => Task.Delay(Timeout.Infinite, token) }.PlayAsync(stop);
        using HttpResponseMessage started = await _fixture.Http.PostAsJsonAsync("/api/analyses", new { pictureId = _fixture.PictureId }, Cancellation);
        (await _fixture.Http.PostAsync($"{started.Headers.Location}/cancel", null, Cancellation)).EnsureSuccessStatusCode();
        AnalysisResource done = (await _fixture.Http.GetFromJsonAsync<AnalysisResource>($"{started.Headers.Location}?wait=30", WebJson.Options, Cancellation))!;
        Assert.Equal(AnalysisState.Stopped, done.State);
    }

    public static TheoryData<string, string, HttpStatusCode, string> Wrong => new()
    {
        { "application/json", "{", HttpStatusCode.BadRequest, "not an order in JSON" },
        { "application/json", "{}", HttpStatusCode.BadRequest, "either pictureId" },
        { "application/json", """{"pictureId":"11111111-1111-1111-1111-111111111111"}""", HttpStatusCode.NotFound, "no such picture" },
        { "application/json", """{"pictureId":"PICTURE","preset":"guess"}""", HttpStatusCode.BadRequest, "preset" },
        { "application/json", """{"pictureId":"PICTURE","prompt":"?","preset":"detect"}""", HttpStatusCode.BadRequest, "either a prompt or a preset" },
        { "application/json", """{"pictureId":"PICTURE","prompt":" "}""", HttpStatusCode.BadRequest, "The question is empty" },
        { "application/json", """{"pictureId":"PICTURE","model":"omega"}""", HttpStatusCode.NotFound, "no model" },
        { "application/json", """{"pictureId":"PICTURE","maxNewTokens":0}""", HttpStatusCode.BadRequest, "maxNewTokens" },
        { "text/plain", "hello", HttpStatusCode.UnsupportedMediaType, "multipart/form-data" },
        { "multipart/form-data", "", HttpStatusCode.BadRequest, "boundary" },
        { "multipart/form-data; boundary=x", "no parts at all", HttpStatusCode.BadRequest, "not valid" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=prompt\r\n\r\nhello\r\n--x--\r\n", HttpStatusCode.BadRequest, "no picture" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=colour\r\n\r\nred\r\n--x--\r\n", HttpStatusCode.BadRequest, "colour" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=image; filename=a.png\r\n\r\nnot a picture\r\n--x--\r\n", HttpStatusCode.UnprocessableEntity, "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_said_in_a_problem_document(string type, string body, HttpStatusCode status, string words)
    {
        using StringContent content = new(body.Replace("PICTURE", _fixture.PictureId.ToString(), StringComparison.Ordinal));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using HttpResponseMessage response = await _fixture.Http.PostAsync("/api/analyses", content, Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, text);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_are_held_back_with_a_reason()
    {
        using SidaServer strict = new SidaServer().With("Sida:Access:RequestsPerMinute", "3");
        using SidaUser user = await SidaUser.OpenAsync(strict);
        HttpResponseMessage? last = null;
        for (int i = 0; i < 4; i++)
        {
            last = await user.Http.GetAsync("/api/models", Cancellation);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
        Assert.Contains("Sida:Access:RequestsPerMinute", await last.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.NotNull(last.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_openapi_document_names_every_route_for_programs_and_how_to_sign()
    {
        using HttpClient nobody = new() { BaseAddress = _fixture.Address };
        JsonElement document = await nobody.GetFromJsonAsync<JsonElement>(ApiHosting.DocumentAddress, Cancellation);
        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        foreach (string path in new[] { "/api/analyses", "/api/analyses/{id}", "/api/analyses/{id}/events", "/api/pictures", "/api/conversations/{id}/export.zip", "/api/shares", "/api/models", "/v1/models", "/v1/chat/completions" })
        {
            Assert.Contains(path, paths);
        }

        JsonElement form = document.GetProperty("paths").GetProperty("/api/analyses").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema");
        Assert.Equal("binary", form.GetProperty("properties").GetProperty("image").GetProperty("items").GetProperty("format").GetString());
        Assert.DoesNotContain(paths, path => path.StartsWith("/s/", StringComparison.Ordinal) || path.StartsWith("/antiforgery", StringComparison.Ordinal));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey").GetProperty("scheme").GetString());
    }

    [Fact]
    public async Task The_reference_page_shows_every_operation_without_script_or_foreign_hosts()
    {
        using HttpClient nobody = new() { BaseAddress = _fixture.Address };
        string html = await nobody.GetStringAsync(ApiHosting.ReferenceAddress, Cancellation);
        JsonElement document = await nobody.GetFromJsonAsync<JsonElement>(ApiHosting.DocumentAddress, Cancellation);
        Assert.All(document.GetProperty("paths").EnumerateObject(), path => Assert.Contains($"<code>{path.Name}</code>", html, StringComparison.Ordinal));
        Assert.All(document.GetProperty("components").GetProperty("schemas").EnumerateObject(), schema => Assert.Contains($"<caption>{schema.Name}</caption>", html, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
    }

    private async Task<JsonElement> StartAsync()
    {
        using HttpResponseMessage response = await _fixture.Http.PostAsJsonAsync("/api/analyses?wait=60", new { pictureId = _fixture.PictureId, prompt = "Is it real?" }, Cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("analyses")[0];
    }

    private static ByteArrayContent File(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
}
