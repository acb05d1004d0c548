using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Analysis;

namespace Sida.Web.Tests.Web.Api;

/// <summary>The stock OpenAI client from npm.</summary>
public sealed class OpenAiClientTests : IClassFixture<ProgramFixture>
{
    private readonly ProgramFixture _fixture;

    public OpenAiClientTests(ProgramFixture fixture)
    {
        _fixture = fixture;
        fixture.Server.Models.Script = ScriptedModels.WholeAnswer;
    }

    [Fact]
    public async Task Models_are_listed()
    {
        JsonElement seen = await RunAsync("models");
        Assert.Equal("alpha", Assert.Single(seen.GetProperty("ids").EnumerateArray()).GetString());
        Assert.Equal("alpha", seen.GetProperty("one").GetString());
    }

    [Fact]
    public async Task A_whole_answer_has_text_verdict_and_masks()
    {
        JsonElement seen = await RunAsync("whole");
        Assert.Equal("The left sleeve was altered.", seen.GetProperty("text").GetString());
        Assert.Equal("stop", seen.GetProperty("finish").GetString());
        Assert.Equal(8, seen.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        JsonElement sida = seen.GetProperty("sida");
        Assert.Equal("tampered", sida.GetProperty("verdict").GetString());
        Assert.NotEmpty(Assert.Single(sida.GetProperty("masks").EnumerateArray()).GetProperty("rle").GetString()!);
    }

    [Fact]
    public async Task A_streamed_answer_has_the_verdict_before_the_words_and_the_usage_at_the_end()
    {
        JsonElement seen = await RunAsync("stream");
        Assert.Equal("The left sleeve was altered.", seen.GetProperty("text").GetString());
        Assert.Equal("verdict", seen.GetProperty("order")[0].GetString());
        Assert.Equal("stop", seen.GetProperty("finish").GetString());
        Assert.Equal(5, seen.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Single(seen.GetProperty("masks").EnumerateArray());
    }

    [Fact]
    public async Task What_was_said_before_reaches_the_model()
    {
        await RunAsync("history");
        AnalysisRequest request = _fixture.Server.Models.Requests[^1];
        Assert.Equal(("And now?", 77), (request.Prompt, request.MaxNewTokens));
        Assert.Equal(("First?", "Yes."), (Assert.Single(request.History).Question, request.History[0].Answer));
    }

    [Theory]
    [InlineData("no-model", "NotFoundError", 404, "There is no model")]
    [InlineData("no-picture", "BadRequestError", 400, "There is no picture")]
    public async Task Errors_are_the_clients_own_kinds_with_our_words(string task, string kind, int status, string words)
    {
        JsonElement seen = await RunAsync(task);
        Assert.Equal((kind, status), (seen.GetProperty("failed").GetString(), seen.GetProperty("status").GetInt32()));
        Assert.Contains(words, seen.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_a_stream_is_an_error_for_the_client()
    {
        _fixture.Server.Models.Script = (_, _) => FailAsync();
        JsonElement seen = await RunAsync("broken-stream");
        Assert.Contains("The picture fell apart.", seen.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Unreadable => new()
    {
        { "{", "JSON can't be read" },
        { """{"model":"alpha"}""", "JSON can't be read" },
        { """{"messages":[]}""", "1 to 100 messages" },
        { """{"messages":[null]}""", "1 to 100 messages" },
        { """{"messages":[{"role":"user","content":7}]}""", "a string or a list of parts" },
        { """{"messages":[{"role":"user","content":[null]}]}""", "a string or a list of parts" },
        { """{"messages":[{"role":"user","content":[{"type":"text","text":7}]}]}""", "can't be read" },
        { """{"messages":[{"role":"user","content":[{"type":"audio"}]}]}""", "known are text and image_url" },
        { """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,%%%"}}]}]}""", "not valid base64" },
        { """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,abc"}}]}]}""", "must be base64" },
        { """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://127.0.0.1/a.png"}}]}]}""", "not on the public internet" },
        { """{"n":2,"messages":[{"role":"user","content":"?"}]}""", "one answer is given" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cant_be_read_is_refused_with_the_reason_where_clients_look_for_it(string body, string words)
    {
        using StringContent content = new(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _fixture.Http.PostAsync("/v1/chat/completions", content, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Contains(words, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_the_client_is_told_how_to_send_one()
    {
        JsonElement seen = await NodeScript.RunAsync("openai.mjs", _fixture.Address.ToString().TrimEnd('/'), "sida_wrong", "models", _fixture.PictureFile);
        Assert.Equal(("AuthenticationError", 401), (seen.GetProperty("failed").GetString(), seen.GetProperty("status").GetInt32()));
        Assert.Contains("Authorization: Bearer", seen.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Task<JsonElement> RunAsync(string task) => NodeScript.RunAsync("openai.mjs", _fixture.Address.ToString().TrimEnd('/'), _fixture.Key.Secret, task, _fixture.PictureFile);

    private static async IAsyncEnumerable<AnalysisEvent> FailAsync()
    {
        yield return new StageEvent(0, AnalysisStage.Looking);
        await Task.Yield();
        throw new ImageException("The picture fell apart.");
    }
}
