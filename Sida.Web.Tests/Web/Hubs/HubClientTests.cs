using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Access.Keys;

namespace Sida.Web.Tests.Web.Hubs;

/// <summary>The stock JavaScript client over WebSockets.</summary>
public sealed class HubClientTests : IClassFixture<ProgramFixture>
{
    private static readonly ScriptedAnswer Slow = new() { BeforeWord = (_, stop) => Task.Delay(150, stop) };

    private readonly ProgramFixture _fixture;

    public HubClientTests(ProgramFixture fixture)
    {
        _fixture = fixture;
        fixture.Server.Models.Script = ScriptedModels.WholeAnswer;
    }

    private string Base => _fixture.Address.ToString().TrimEnd('/');

    [Theory]
    [InlineData("analyze")]
    [InlineData("skip-negotiation")]
    public async Task An_analysis_streams_with_verdict_before_words_and_mask_as_code(string task)
    {
        JsonElement[] messages = await RunAsync(task);
        string[] types = [.. messages.Select(TypeOf)];
        Assert.Equal("accepted", types[0]);
        Assert.Equal("finished", types[^1]);
        Assert.True(Array.IndexOf(types, "verdict") < Array.IndexOf(types, "token"));
        Assert.Equal("The left sleeve was altered.", Text(messages));
        Assert.Equal(Enumerable.Range(0, messages.Length), messages.Select(message => message.GetProperty("sequence").GetInt32()));
        Assert.Equal("tampered", messages[Array.IndexOf(types, "verdict")].GetProperty("verdict").GetString());
        JsonElement mask = messages[Array.IndexOf(types, "mask")].GetProperty("mask");
        Assert.NotEmpty(mask.GetProperty("rle").GetString()!);
        using HttpResponseMessage png = await _fixture.Http.GetAsync(mask.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal("image/png", png.Content.Headers.ContentType?.MediaType);
        Assert.Equal("The left sleeve was altered.", messages[^1].GetProperty("document").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Cancel_stops_the_work()
    {
        _fixture.Server.Models.Script = (request, stop) => (Slow with { Prompt = request.Prompt }).PlayAsync(stop);
        JsonElement[] messages = await RunAsync("cancel");
        Assert.Equal("stopped", TypeOf(messages[^1]));
        Assert.NotEqual("The left sleeve was altered.", Text(messages));
    }

    [Fact]
    public async Task A_client_that_was_cut_off_goes_on_where_it_was()
    {
        _fixture.Server.Models.Script = (request, stop) => (Slow with { Prompt = request.Prompt }).PlayAsync(stop);
        JsonElement[] messages = await RunAsync("rejoin");
        Assert.Equal("finished", TypeOf(messages[^1]));
        Assert.Equal("The left sleeve was altered.", Text(messages));
        Assert.Equal(Enumerable.Range(0, messages.Length), messages.Select(message => message.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task An_error_says_its_kind_and_what_to_do()
    {
        JsonElement answer = await NodeScript.RunAsync("hub.mjs", Base, _fixture.Key.Secret, "analyze", Guid.NewGuid().ToString());
        Assert.Contains("not-found: There is no such picture.", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_valid_key_there_is_no_connection()
    {
        JsonElement answer = await NodeScript.RunAsync("hub.mjs", Base, "sida_wrong", "analyze", _fixture.PictureId.ToString());
        Assert.Contains("401", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_the_permission_is_told_so()
    {
        NewApiKey reader = await _fixture.Server.Services.GetRequiredService<ApiKeyService>()
            .CreateAsync(_fixture.Owner, "reader", Permissions.Read, null, TestContext.Current.CancellationToken);
        JsonElement answer = await NodeScript.RunAsync("hub.mjs", Base, reader.Secret, "analyze", _fixture.PictureId.ToString());
        Assert.Contains("forbidden: ", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> RunAsync(string task)
    {
        JsonElement answer = await NodeScript.RunAsync("hub.mjs", Base, _fixture.Key.Secret, task, _fixture.PictureId.ToString());
        Assert.False(answer.TryGetProperty("error", out JsonElement error), error.ToString());
        return [.. answer.GetProperty("messages").EnumerateArray()];
    }

    private static string TypeOf(JsonElement message) => message.GetProperty("type").GetString()!;

    private static string Text(JsonElement[] messages) => string.Concat(messages.Where(message => TypeOf(message) == "token").Select(message => message.GetProperty("text").GetString()));
}
