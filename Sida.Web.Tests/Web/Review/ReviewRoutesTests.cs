using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Api;
using Sida.Web.Review.Queue;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Reviews over HTTP, as a browser's script or a program does them.</summary>
public sealed class ReviewRoutesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_makes_a_project_adds_a_picture_annotates_it_and_hands_it_in()
    {
        using SidaUser rita = await SidaUser.SignInAsync(shared.Server, SiteRole.Reviewer, "Rita");
        ProjectView project = await PostAsync<ProjectView>(rita, "/api/review/projects", new ProjectDraft("Herons", "# Look twice", Settings: new ProjectSettings { Stages = 1 }));
        Guid picture = (await rita.UploadAsync(SidaUser.Picture(8))).Id;
        AddedItems added = await PostAsync<AddedItems>(rita, $"/api/review/projects/{project.Id}/items", new ItemsRequest(PictureIds: [picture]));
        NextAnswer next = await PostAsync<NextAnswer>(rita, $"/api/review/projects/{project.Id}/next", new { });
        Assert.Equal(Assert.Single(added.ItemIds), next.ItemId);
        string item = $"/api/review/items/{next.ItemId}";

        using HttpResponseMessage saved = await rita.Http.PutAsJsonAsync($"{item}/draft", new SaveRequest(0, ReviewTeam.Tampered(12)), WebJson.Options, Cancellation);
        Assert.Equal(1, (await ReadAsync<VersionView>(saved)).Number);
        BinaryMask mask = ReviewTeam.Columns(20).ToMask();
        using ByteArrayContent png = new(ImageEncoder.EncodePng(mask)) { Headers = { ContentType = new("image/png") } };
        using HttpResponseMessage put = await rita.Http.PutAsync($"{item}/mask.png?basedOn=1", png, Cancellation);
        Assert.Equal((2, ReviewTeam.Columns(20)), ((await ReadAsync<VersionView>(put)).Number, (await GetAsync<ItemView>(rita, item)).Current!.Annotation.Mask));
        byte[] served = await rita.Http.GetByteArrayAsync($"{item}/mask.png", Cancellation);
        Assert.Equal(mask.ForegroundPixels, ImageDecoder.Decode(served, null, Cancellation).Image.Pixels.Count(value => value == 255) / 3);
        DecodedImage shown = ImageDecoder.Decode(await rita.Http.GetByteArrayAsync($"{item}/picture", Cancellation), null, Cancellation);
        Assert.Equal((64, 48), (shown.Image.Width, shown.Image.Height));

        await PostAsync<VersionView>(rita, $"{item}/submit", new DecideRequest(2));
        Assert.Equal(ItemState.Accepted, (await GetAsync<ItemView>(rita, item)).State);
        ItemPage page = await GetAsync<ItemPage>(rita, $"/api/review/projects/{project.Id}/items?state=accepted&verdict=tampered&sort=number");
        Assert.Equal(next.ItemId, Assert.Single(page.Items).Id);
    }

    [Fact]
    public async Task A_save_that_comes_too_late_is_a_conflict_with_both_versions()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(shared.Server);
        using SidaUser rita = await SidaUser.SignInAsync(shared.Server, SiteRole.Reviewer, "Rita");
        await team.Members.PutAsync(team.Manager, team.Project, rita.Caller.OwnerId, ProjectRole.Annotator, Cancellation);
        Guid item = await team.AddAsync();
        (await rita.Http.PutAsJsonAsync($"/api/review/items/{item}/draft", new SaveRequest(0, ReviewTeam.Tampered(1)), WebJson.Options, Cancellation)).EnsureSuccessStatusCode();
        using HttpResponseMessage late = await rita.Http.PutAsJsonAsync($"/api/review/items/{item}/draft", new SaveRequest(0, ReviewTeam.Tampered(2)), WebJson.Options, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        JsonNode problem = JsonNode.Parse(await late.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal("urn:sida:problem:conflict", (string)problem["type"]!);
        Assert.Equal(ReviewTeam.Columns(1).Rle, (string)problem["latest"]!["annotation"]!["mask"]!["rle"]!);
        Assert.Equal(ReviewTeam.Columns(2).Rle, (string)problem["yours"]!["mask"]!["rle"]!);
    }

    [Fact]
    public async Task To_an_annotator_a_honeypot_is_an_item_like_any_other_in_every_answer()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(shared.Server, new ProjectSettings { HoneypotShare = 0.3, Stages = 2 });
        NewItem plain = await team.ItemAsync(0.7f);
        List<Guid> ids = await team.AddAsync(plain, plain with { Truth = ReviewTeam.Tampered(40), Source = "SID_Set", SourceKey = "validation/4711" });
        // Somebody has done the honeypot already: nothing of that may show.
        await team.SubmitAsync(team.Ben, ids[1], ReviewTeam.Real());
        await team.Decisions.AcceptAsync(team.Reviewer, ids[1], 1, null, null, Cancellation);
        using SidaUser anna = await SidaUser.SignInAsync(shared.Server, SiteRole.Annotator, "Ann");
        await team.Members.PutAsync(team.Manager, team.Project, anna.Caller.OwnerId, ProjectRole.Annotator, Cancellation);

        JsonArray listed = (await GetAsync<JsonObject>(anna, $"/api/review/projects/{team.Project}/items?sort=number"))["items"]!.AsArray();
        Assert.Equal(Bare(listed[0]!.ToJsonString(), ids[0]), Bare(listed[1]!.ToJsonString(), ids[1]));
        foreach ((string method, string path, object? body) in new (string, string, object?)[]
        {
            ("GET", "", null), ("POST", "/take", new { }), ("PUT", "/draft", new SaveRequest(0, ReviewTeam.Tampered(3))), ("GET", "", null), ("GET", "/versions", null),
            ("GET", "/versions/1", null), ("POST", "/comments", new { text = "?" }), ("GET", "/comments", null), ("GET", "/mask.png", null), ("GET", "/picture", null),
            ("POST", "/submit", new DecideRequest(1)), ("GET", "", null), ("POST", "/take", new { }), ("POST", "/accept", new DecideRequest(2)), ("POST", "/restore", new { number = 1 }),
        })
        {
            List<string> answers = [];
            foreach (Guid id in ids)
            {
                using HttpRequestMessage request = new(new HttpMethod(method), $"/api/review/items/{id}{path}") { Content = body is null ? null : JsonContent.Create(body, options: WebJson.Options) };
                using HttpResponseMessage answer = await anna.Http.SendAsync(request, Cancellation);
                answers.Add($"{(int)answer.StatusCode} {Bare(await answer.Content.ReadAsStringAsync(Cancellation), id)}");
            }

            Assert.Equal(answers[0], answers[1]);
        }

        listed = (await GetAsync<JsonObject>(anna, $"/api/review/projects/{team.Project}/items?sort=number"))["items"]!.AsArray();
        Assert.Equal(Bare(listed[0]!.ToJsonString(), ids[0]), Bare(listed[1]!.ToJsonString(), ids[1]));
        JsonObject project = await GetAsync<JsonObject>(anna, $"/api/review/projects/{team.Project}");
        Assert.Equal(0, (double)project["settings"]!["honeypotShare"]!);
        Assert.True((await team.SeeAsync(team.Manager, ids[1])).IsHoneypot);
        Assert.Null((await team.SeeAsync(team.Reviewer, ids[1])).IsHoneypot);
    }

    [Fact]
    public async Task Honeypots_are_handed_out_by_chance_and_all_of_them_in_the_end()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(shared.Server, new ProjectSettings { HoneypotShare = 0.5, Stages = 1 });
        NewItem plain = await team.ItemAsync(0.7f);
        List<Guid> ids = await team.AddAsync([.. Enumerable.Range(0, 12).Select(i => i < 6 ? plain : plain with { Truth = ReviewTeam.Tampered(40) })]);
        foreach (Caller who in new[] { team.Anna, team.Ben })
        {
            List<Guid> done = [];
            while (await team.Taking.TakeNextAsync(who, team.Project, WorkKind.Annotate, null, Cancellation) is { } next)
            {
                await team.Editing.SubmitAsync(who, next, null, 0, Cancellation);
                done.Add(next);
            }

            Assert.Equal(6, done.Intersect(ids[6..]).Count());
            Assert.Equal(who == team.Anna ? 6 : 0, done.Intersect(ids[..6]).Count());
        }
    }

    /// <summary>An answer without what differs between any two items: ids, numbers, times and traces.</summary>
    private static string Bare(string json, Guid item)
    {
        string bare = json.Replace(item.ToString(), "ID", StringComparison.Ordinal);
        bare = System.Text.RegularExpressions.Regex.Replace(bare, "\"(number|lineId|id|traceId)\":(\"[^\"]*\"|[0-9]+)", "\"$1\":0");
        return System.Text.RegularExpressions.Regex.Replace(bare, @"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00|\\u002B00:00)|comment=[0-9a-f-]{36}|\d\d:\d\d UTC", "T");
    }

    private static async Task<T> GetAsync<T>(SidaUser user, string address)
    {
        using HttpResponseMessage answer = await user.Http.GetAsync(address, Cancellation);
        return await ReadAsync<T>(answer);
    }

    private static async Task<T> PostAsync<T>(SidaUser user, string address, object body)
    {
        using HttpResponseMessage answer = await user.Http.PostAsJsonAsync(address, body, WebJson.Options, Cancellation);
        return await ReadAsync<T>(answer);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<T>(text, WebJson.Options)!;
    }
}
