using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Accounts;
using Sida.Web.Conversations;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Jobs;
using Sida.Web.Review.Projects;
using Sida.Web.Review.Queue;
using Sida.Web.Review.Webhooks;
using Sida.Web.Sharing;
using Sida.Web.Tests.Web.Review.Formats;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Access;

/// <summary>
/// Walks every route that the server has, as somebody else and as nobody. A new route is walked without being named here; a new
/// kind of parameter fails the test until it is.
/// </summary>
public sealed class RouteWalkTests(RouteWalkTests.Fixture fixture) : IClassFixture<RouteWalkTests.Fixture>
{
    /// <summary>Routes that are open to everybody on purpose.</summary>
    private static readonly string[] Open =
    [
        "/health/live", "/health/ready", "/openapi.json", "/reference",
        "/s/{token}/turns/{turn:int}/masks/{index:int}.png", "/s/{token}/turns/{turn:int}/masks/{index:int}/overlay.jpg", "/s/{token}/turns/{turn:int}/picture.jpg",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_gets_anything_but_what_is_open_on_purpose()
    {
        using HttpClient nobody = fixture.Server.CreateDefaultClient();
        foreach ((HttpMethod method, string path) in Walk())
        {
            using HttpRequestMessage request = new(method, path) { Content = Body(method, path) };
            using HttpResponseMessage response = await nobody.SendAsync(request, Cancellation);
            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, $"{method} {path} answered {(int)response.StatusCode} to nobody.");
        }
    }

    [Theory]
    [InlineData(SiteRole.Visitor)]
    [InlineData(SiteRole.Reviewer)]
    public async Task A_second_user_gets_nothing_of_the_firsts(SiteRole role)
    {
        using SidaUser ben = role == SiteRole.Visitor ? await SidaUser.OpenAsync(fixture.Server) : await SidaUser.SignInAsync(fixture.Server, role, "Ben");
        foreach ((HttpMethod method, string path) in Walk())
        {
            using HttpRequestMessage request = new(method, path) { Content = Body(method, path) };
            using HttpResponseMessage response = await ben.Http.SendAsync(request, Cancellation);
            await AssertNothingAsync(method, path, response);
        }
    }

    [Fact]
    public async Task A_second_users_program_gets_nothing_of_the_firsts()
    {
        using HttpClient program = fixture.Server.CreateDefaultClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await fixture.NewKeyAsync());
        foreach ((HttpMethod method, string path) in Walk())
        {
            using HttpRequestMessage request = new(method, path) { Content = Body(method, path) };
            using HttpResponseMessage response = await program.SendAsync(request, Cancellation);
            await AssertNothingAsync(method, path, response);
        }
    }

    [Fact]
    public async Task The_first_user_gets_what_the_others_are_refused()
    {
        foreach ((HttpMethod method, string path) in Walk().Where(route => route.Method == HttpMethod.Get && fixture.Ids.Values.Any(id => route.Path.Contains(id, StringComparison.Ordinal))))
        {
            using HttpResponseMessage response = await fixture.Anna.Http.GetAsync(path, Cancellation);
            Assert.True(response.IsSuccessStatusCode, $"{method} {path} answered {(int)response.StatusCode} to its owner.");
        }
    }

    [Fact]
    public void Only_what_is_listed_here_is_open_to_everybody()
    {
        IEnumerable<string> open = Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Where(endpoint => !IsStaticFile(endpoint)).Select(endpoint => endpoint.RoutePattern.RawText!);
        Assert.Equal(Open, open.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>What somebody else's thing answers must be the same as for a thing that never was, and must not speak of it.</summary>
    private async Task AssertNothingAsync(HttpMethod method, string path, HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        bool named = fixture.Ids.Values.Any(id => path.Contains(id, StringComparison.OrdinalIgnoreCase));
        Assert.True(!named || response.StatusCode == HttpStatusCode.NotFound, $"{method} {path} answered {(int)response.StatusCode} to somebody else: {body}");
        Assert.DoesNotContain(fixture.Ids.Values, id => body.Contains(id, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Fixture.Question, body, StringComparison.Ordinal);
        Assert.DoesNotContain(Fixture.FileName, body, StringComparison.Ordinal);
    }

    /// <summary>Signing out comes last: whoever does it is nobody afterwards.</summary>
    private IEnumerable<RouteEndpoint> Endpoints() => fixture.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .OrderBy(endpoint => endpoint.RoutePattern.RawText == AccountsHosting.SignOutAddress);

    private IEnumerable<(HttpMethod Method, string Path)> Walk()
    {
        foreach (RouteEndpoint endpoint in Endpoints())
        {
            string pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            bool page = endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null;
            if (page || Open.Contains(pattern) || IsStaticFile(endpoint) || pattern.StartsWith("/_blazor", StringComparison.Ordinal) || pattern.StartsWith("/hubs/", StringComparison.Ordinal))
            {
                continue;
            }

            string path = pattern;
            foreach (RoutePatternParameterPart parameter in endpoint.RoutePattern.Parameters)
            {
                string before = pattern[..pattern.IndexOf('{' + (parameter.IsCatchAll ? "**" : "") + parameter.Name, StringComparison.Ordinal)];
                string kind = before.TrimEnd('/').Split('/')[^1];
                string value = parameter.Name switch
                {
                    "id" => fixture.Ids.GetValueOrDefault(kind) ?? "",
                    "index" => "0",
                    "number" => "1",
                    "person" or "comment" or "job" or "webhook" or "delivery" or "sha256" => fixture.Ids[parameter.Name],
                    "view" => "noise",
                    "model" => "none",
                    // Any file that isn't there.
                    "path" when parameter.IsCatchAll => "none.txt",
                    _ => "",
                };
                Assert.True(value.Length > 0, $"The walk doesn't know what to put for {{{parameter.Name}}} in {pattern}.");
                path = System.Text.RegularExpressions.Regex.Replace(path, $@"\{{\**{parameter.Name}[^}}]*\}}", value);
            }

            foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            {
                yield return (new HttpMethod(method), path);
            }
        }
    }

    /// <summary>Files of wwwroot and of packages, the same for everybody.</summary>
    private static bool IsStaticFile(Endpoint endpoint) => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    private static StringContent? Body(HttpMethod method, string path) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Delete
        ? null
        : new StringContent("{}", new MediaTypeHeaderValue(TakesPicture(path) ? "image/png" : path.EndsWith("/imports", StringComparison.Ordinal) ? "application/zip" : "application/json"));

    private static bool TakesPicture(string path) =>
        path.EndsWith(".png", StringComparison.Ordinal) || (path.Contains("/projects/", StringComparison.Ordinal) && path.EndsWith("/pictures", StringComparison.Ordinal));

    public sealed class Fixture : IAsyncLifetime
    {
        public const string Question = "Is the heron real?";
        public const string FileName = "heron-by-anna.png";

        public SidaServer Server { get; } = new();

        internal SidaUser Anna { get; private set; } = null!;

        /// <summary>Things of the first user by the word before their id in an address.</summary>
        public Dictionary<string, string> Ids { get; } = [];

        public async ValueTask InitializeAsync()
        {
            Anna = await SidaUser.SignInAsync(Server, SiteRole.Reviewer);
            PictureView picture = await Anna.UploadAsync(SidaUser.Picture(), FileName);
            Caller caller = await CallerOfAsync(picture.Id);
            Asked asked = await Server.Services.GetRequiredService<AskingService>().AskAsync(caller, new Ask { PictureId = picture.Id, Text = Question }, Cancellation);
            await Server.Services.GetRequiredService<AnalysisService>().ReadAsync(caller, asked.AnalysisIds[0], 0, Cancellation).LastAsync(Cancellation);
            ShareView share = await Server.Services.GetRequiredService<ShareService>().CreateAsync(caller, asked.ConversationId, null, Cancellation);
            Ids["pictures"] = picture.Id.ToString();
            Ids["analyses"] = asked.AnalysisIds[0].ToString();
            Ids["conversations"] = asked.ConversationId.ToString();
            Ids["shares"] = share.Id.ToString();
            await BeginReviewAsync(Anna.Caller, asked.AnalysisIds[0]);
        }

        /// <summary>A project with an item that Anna works on, a version of it, a comment, and another member.</summary>
        private async Task BeginReviewAsync(Caller anna, Guid analysis)
        {
            Caller member = (await SignedIn.AsAsync(Server, SiteRole.Annotator, "Mo")).Caller;
            ProjectView project = await Server.Services.GetRequiredService<ProjectService>().CreateAsync(anna, new ProjectDraft("Herons of the north"), Cancellation);
            await Server.Services.GetRequiredService<MemberService>().PutAsync(anna, project.Id, member.OwnerId, ProjectRole.Annotator, Cancellation);
            Guid item = await Server.Services.GetRequiredService<ItemService>().AddFromAnalysisAsync(anna, project.Id, analysis, Cancellation);
            await Server.Services.GetRequiredService<EditingService>().SaveAsync(anna, item, new Annotation { Explanation = Question }, 0, draft: true, null, Cancellation);
            CommentView comment = await Server.Services.GetRequiredService<CommentService>().AddAsync(anna, item, new NewComment(Question), Cancellation);
            Ids["projects"] = project.Id.ToString();
            Ids["items"] = item.ToString();
            Ids["person"] = member.OwnerId.ToString();
            Ids["comment"] = comment.Id.ToString();
            ExchangeJob export = await Server.Services.GetRequiredService<ExchangeService>().ExportAsync(anna, project.Id, new ExportOrder(ReviewFormat.JsonLines), Cancellation);
            await ExchangeDesk.UntilAsync(Server.Services.GetRequiredService<ExchangeJobs>(), export, job => job.IsOver);
            Ids["job"] = export.Id.ToString();
            WebhookService webhooks = Server.Services.GetRequiredService<WebhookService>();
            Guid webhook = (await webhooks.AddAsync(anna, project.Id, new NewWebhook("https://localhost/herons", [WebhookEvents.ItemAccepted]), Cancellation)).Webhook.Id;
            Ids["webhook"] = webhook.ToString();
            Ids["delivery"] = (await webhooks.PingAsync(anna, project.Id, webhook, Cancellation)).ToString();
            GuidelinePicture shown = await Server.Services.GetRequiredService<GuidelinePictures>().AddAsync(anna, project.Id, new MemoryStream(SidaUser.Picture(77)), "guide.png", Cancellation);
            Ids["sha256"] = shown.Url[^64..];
        }

        public async Task<string> NewKeyAsync()
        {
            ApiKeyService keys = Server.Services.GetRequiredService<ApiKeyService>();
            Caller ben = (await SignedIn.AsAsync(Server, SiteRole.Reviewer, "Ben")).Caller;
            return (await keys.CreateAsync(ben, "walk", Permissions.Read | Permissions.Analyze | Permissions.Manage | Permissions.Review, null, Cancellation)).Secret;
        }

        public ValueTask DisposeAsync()
        {
            Anna.Dispose();
            Server.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<Caller> CallerOfAsync(Guid picture)
        {
            await using Sida.Web.Data.SidaDb db = Server.Services.GetRequiredService<AccessService>().OpenForServer();
            return new Caller((await db.Pictures.FindAsync([picture], Cancellation))!.OwnerId, Permissions.All);
        }
    }
}
