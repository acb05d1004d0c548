using System.Net;
using Sida.Web.Access;

namespace Sida.Web.Tests.Web.Access;

public sealed class BrowserOwnerTests(BrowserOwnerTests.Fixture fixture) : IClassFixture<BrowserOwnerTests.Fixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_page_makes_the_browser_an_owner_by_a_protected_cookie()
    {
        using HttpClient client = fixture.Server.CreateClient();
        using HttpResponseMessage page = await client.GetAsync("/", Cancellation);
        string cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("sida.owner=", StringComparison.Ordinal));
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);

        using HttpResponseMessage again = await client.GetAsync("/", Cancellation);
        Assert.DoesNotContain(again.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies : [], cookie => cookie.StartsWith("sida.owner=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_cookie_nothing_but_pages_answers()
    {
        using HttpClient client = fixture.Server.CreateClient();
        using HttpResponseMessage response = await client.GetAsync($"/api/pictures/{Guid.NewGuid()}", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_forged_cookie_is_nobody()
    {
        using HttpClient client = fixture.Server.CreateDefaultClient();
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/pictures/{Guid.NewGuid()}") { Headers = { { "Cookie", $"sida.owner={Guid.NewGuid()}" } } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_change_needs_the_token_of_ones_own_page()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        using SidaUser ben = await SidaUser.OpenAsync(fixture.Server);
        string token = Assert.Single(ben.Http.DefaultRequestHeaders.GetValues(SameOriginOnly.TokenHeader));
        anna.Http.DefaultRequestHeaders.Remove(SameOriginOnly.TokenHeader);
        using HttpResponseMessage none = await anna.TryUploadAsync(SidaUser.Picture());
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        anna.Http.DefaultRequestHeaders.Add(SameOriginOnly.TokenHeader, token);
        using HttpResponseMessage foreign = await anna.TryUploadAsync(SidaUser.Picture());
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Fact]
    public async Task A_change_from_another_site_is_refused_even_with_a_token()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        anna.Http.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using HttpResponseMessage response = await anna.TryUploadAsync(SidaUser.Picture());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    public async Task A_circuit_is_opened_only_from_our_own_pages(string? origin)
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        using HttpRequestMessage negotiate = new(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        if (origin is not null)
        {
            negotiate.Headers.Add("Origin", origin);
        }

        using HttpResponseMessage refused = await anna.Http.SendAsync(negotiate, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        using HttpRequestMessage ours = new(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1") { Headers = { { "Origin", "http://localhost" } } };
        using HttpResponseMessage accepted = await anna.Http.SendAsync(ours, Cancellation);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task The_cookie_survives_a_restart()
    {
        using SidaServer first = new();
        HttpClient before = first.CreateDefaultClient();
        using HttpResponseMessage page = await before.GetAsync("/", Cancellation);
        string cookie = page.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("sida.owner=", StringComparison.Ordinal)).Split(';')[0];
        using SidaServer second = first.Successor();
        using HttpClient after = second.CreateDefaultClient();
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/pictures/{Guid.NewGuid()}") { Headers = { { "Cookie", cookie } } };
        using HttpResponseMessage response = await after.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    public sealed class Fixture : IDisposable
    {
        public SidaServer Server { get; } = new();

        public void Dispose() => Server.Dispose();
    }
}
