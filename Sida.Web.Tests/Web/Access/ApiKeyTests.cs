using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Tests.Web.Access;

public sealed class ApiKeyTests(ApiKeyTests.Fixture fixture) : IClassFixture<ApiKeyTests.Fixture>
{
    private readonly Caller _anna = new(Guid.CreateVersion7(), Permissions.All);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ApiKeyService Keys => fixture.Server.Services.GetRequiredService<ApiKeyService>();

    [Fact]
    public async Task A_key_acts_for_its_owner_without_cookie_or_token()
    {
        NewApiKey key = await Keys.CreateAsync(_anna, "script", Permissions.Read, null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(key.Secret));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(key.Secret + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("anything"));
        Assert.NotNull(Assert.Single(await Keys.ListAsync(_anna, Cancellation)).LastUsedAt);
    }

    [Fact]
    public async Task A_key_that_was_revoked_or_has_expired_opens_nothing()
    {
        NewApiKey revoked = await Keys.CreateAsync(_anna, "revoked", Permissions.Read, null, Cancellation);
        NewApiKey expiring = await Keys.CreateAsync(_anna, "expiring", Permissions.Read, fixture.Server.Clock.GetUtcNow().AddHours(1), Cancellation);
        await Keys.RevokeAsync(_anna, revoked.Key.Id, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(revoked.Secret));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(expiring.Secret));
        fixture.Server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(expiring.Secret));
    }

    [Fact]
    public async Task A_key_does_only_what_it_was_made_for()
    {
        NewApiKey reader = await Keys.CreateAsync(_anna, "reader", Permissions.Read, null, Cancellation);
        using HttpClient client = fixture.Server.CreateClient();
        using HttpRequestMessage upload = new(HttpMethod.Post, "/api/pictures")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", reader.Secret) },
            Content = new ByteArrayContent(SidaUser.Picture()),
        };
        using HttpResponseMessage response = await client.SendAsync(upload, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("lacks Analyze", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_cant_make_or_see_keys()
    {
        NewApiKey key = await Keys.CreateAsync(_anna, "all", Permissions.Read | Permissions.Analyze | Permissions.Manage, null, Cancellation);
        Caller program = new(_anna.OwnerId, key.Key.Permissions, key.Key.Id);
        await Assert.ThrowsAsync<ForbiddenException>(() => Keys.ListAsync(program, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => Keys.CreateAsync(program, "more", Permissions.Read, null, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => Keys.RevokeAsync(program, key.Key.Id, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => Keys.CreateAsync(_anna, "too much", Permissions.All, null, Cancellation));
    }

    [Fact]
    public async Task Somebody_elses_key_can_neither_be_seen_nor_revoked()
    {
        NewApiKey key = await Keys.CreateAsync(_anna, "mine", Permissions.Read, null, Cancellation);
        Caller ben = new(Guid.CreateVersion7(), Permissions.All);
        Assert.Empty(await Keys.ListAsync(ben, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Keys.RevokeAsync(ben, key.Key.Id, Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(key.Secret));
    }

    [Fact]
    public async Task The_key_itself_is_nowhere_in_the_database()
    {
        NewApiKey key = await Keys.CreateAsync(_anna, "secret", Permissions.Read, null, Cancellation);
        await using SidaDb db = fixture.Server.Services.GetRequiredService<AccessService>().OpenForServer();
        ApiKey row = await db.ApiKeys.SingleAsync(row => row.Id == key.Key.Id, Cancellation);
        Assert.Equal(64, row.Hash.Length);
        Assert.DoesNotContain(row.Hash, key.Secret, StringComparison.Ordinal);
        Assert.StartsWith(row.Prefix, key.Secret, StringComparison.Ordinal);
        Assert.True(row.Prefix.Length < key.Secret.Length / 3);
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_keys()
    {
        for (int i = 0; i < 3; i++)
        {
            await Keys.CreateAsync(_anna, $"key {i}", Permissions.Read, null, Cancellation);
        }

        LimitException error = await Assert.ThrowsAsync<LimitException>(() => Keys.CreateAsync(_anna, "one more", Permissions.Read, null, Cancellation));
        Assert.Contains("Sida:Access:MaxApiKeysPerOwner", error.Message, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> GetAsync(string secret)
    {
        using HttpClient client = fixture.Server.CreateClient();
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/pictures/{Guid.NewGuid()}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    public sealed class Fixture : IDisposable
    {
        public SidaServer Server { get; } = new SidaServer().With("Sida:Access:MaxApiKeysPerOwner", "3");

        public void Dispose() => Server.Dispose();
    }
}
