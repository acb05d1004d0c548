using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Models;
using Sida.Web.Data;
using Sida.Web.Models;

namespace Sida.Web.Tests.Web;

public sealed class HostingTests : IDisposable
{
    private static readonly string[] EveryKindOfAnswer = ["/", "/css/tokens.css", "/_framework/blazor.web.js", "/health/live", "/nothing-here", "/api/analyses/01900000-0000-7000-8000-000000000000"];

    private readonly SidaServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        using HttpClient client = _server.CreateClient();
        foreach (string path in EveryKindOfAnswer)
        {
            using HttpResponseMessage response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Pages_hold_no_inline_script()
    {
        using HttpClient client = _server.CreateClient();
        string page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
        Assert.DoesNotMatch(@"\son\w+=""", page);
    }

    [Fact]
    public async Task The_antiforgery_cookie_stays_on_this_site_and_away_from_scripts()
    {
        using HttpClient client = _server.CreateClient();
        using HttpResponseMessage response = await client.GetAsync("/", TestContext.Current.CancellationToken);
        string cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("sida.antiforgery=", StringComparison.Ordinal));
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_is_a_problem_document()
    {
        using HttpClient client = _server.CreateClient();
        using HttpResponseMessage response = await client.GetAsync("/nothing-here", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_process_says_that_it_lives()
    {
        using HttpClient client = _server.CreateClient();
        Assert.Equal("Healthy", await client.GetStringAsync("/health/live", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_any_model_the_server_starts_and_says_what_is_missing()
    {
        Directory.Delete(_server.Models.Folder, recursive: true);
        using SidaUser user = await SidaUser.OpenAsync(_server);
        Guid picture = (await user.UploadAsync(SidaUser.Picture())).Id;
        using HttpResponseMessage response = await user.Http.PostAsJsonAsync("/api/analyses", new { pictureId = picture }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("No trained model is installed. Import one with", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("[]", await user.Http.GetStringAsync("/api/models", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_first_start_without_any_model_makes_the_untrained_stand_in_which_goes_away_with_a_real_model()
    {
        using SidaServer first = new SidaServer().With("Sida:Models:StandIn", Path.Combine(TestFixtures.Repository, "Sida.Web.Tests", "Fixtures"));
        Directory.Delete(first.Models.Folder, recursive: true);
        ModelView standIn = Assert.Single(first.Services.GetRequiredService<ModelHost>().List());
        Assert.Equal((StandIn.Id, "Untrained stand-in", true), (standIn.Id, standIn.Name, standIn.IsDefault));
        ModelPackage package = await ModelPackage.OpenAsync(Path.Combine(first.Services.GetRequiredService<DataFolder>().Models, StandIn.Id), TestContext.Current.CancellationToken);
        Assert.Equal(ModelFamily.Sida, package.Manifest.Family);
        using SidaServer second = first.Successor().With("Sida:Models:StandIn", Path.Combine(TestFixtures.Repository, "Sida.Web.Tests", "Fixtures"));
        Directory.Delete(second.Models.Folder, recursive: true);
        Assert.Equal(StandIn.Id, Assert.Single(second.Services.GetRequiredService<ModelHost>().List()).Id);
        second.Models.Install("zeta");
        ModelView real = Assert.Single(second.Services.GetRequiredService<ModelHost>().List());
        Assert.Equal(("zeta", true), (real.Id, real.IsDefault));
    }

    [Fact]
    public async Task Ready_is_who_has_a_model_that_was_loaded_and_asked_once()
    {
        using SidaServer warm = new SidaServer().With("Sida:Models:WarmUp", "true");
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        warm.Models.BeforeLoad = () => loaded.Task;
        using HttpClient client = warm.CreateClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        ModelHost models = warm.Services.GetRequiredService<ModelHost>();
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        models.Changed += () => _ = models.List()[0].State == ModelState.Ready && ready.TrySetResult();
        loaded.SetResult();
        using ModelLease lease = await models.UseAsync(null, TestContext.Current.CancellationToken);
        await ready.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Healthy", await client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
    }
}
