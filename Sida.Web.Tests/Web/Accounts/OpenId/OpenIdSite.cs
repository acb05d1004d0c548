using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Accounts;

namespace Sida.Web.Tests.Web.Accounts.OpenId;

/// <summary>A server that people can sign in to with a provider.</summary>
public sealed class OpenIdSite : IAsyncLifetime
{
    internal TestProvider Provider { get; private set; } = null!;

    /// <summary>Lets in who was invited.</summary>
    public SidaServer Server { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        Provider.Configure(Server).With("Sida:Access:SignInsPerMinute", "10000").StartServer();
    }

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        await Provider.DisposeAsync();
    }

    /// <summary>The address of a new invitation.</summary>
    internal static async Task<string> InviteAsync(SidaServer server, SiteRole role)
    {
        Caller admin = (await SignedIn.AsAsync(server, SiteRole.Administrator, "Anna")).Caller;
        return (await server.Services.GetRequiredService<LinkService>().InviteAsync(admin, "Kim", role, 7, Cancellation)).Secret;
    }
}

/// <summary>A browser with cookies that goes to the provider and back, one step at a time.</summary>
internal sealed partial class OpenIdBrowser(SidaServer server) : IDisposable
{
    private readonly HttpClient _away = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public HttpClient Http { get; } = server.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Http.Dispose();
        _away.Dispose();
    }

    /// <summary>Opens a page of ours.</summary>
    public async Task<string> ReadAsync(string address) => WebUtility.HtmlDecode(await Http.GetStringAsync(address, Cancellation));

    /// <summary>Follows a page's link to the provider; gives the address with which the provider sends back.</summary>
    public async Task<string> LeaveAsync(string page = "/sign-in")
    {
        string link = WebUtility.HtmlDecode(ProviderLink().Match(await Http.GetStringAsync(page, Cancellation)).Groups[1].Value);
        using HttpResponseMessage start = await Http.GetAsync(link, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, start.StatusCode);
        using HttpResponseMessage there = await _away.GetAsync(start.Headers.Location, Cancellation);
        return there.Headers.Location!.PathAndQuery;
    }

    /// <summary>To the provider and back.</summary>
    /// <returns>Where one is then.</returns>
    public async Task<string> SignInAsync(string page = "/sign-in") => await ComeBackAsync(await LeaveAsync(page));

    /// <summary>Back from the provider, following our own redirects.</summary>
    public async Task<string> ComeBackAsync(string address)
    {
        while (true)
        {
            using HttpResponseMessage answer = await Http.GetAsync(address, Cancellation);
            if (answer.StatusCode != HttpStatusCode.Redirect)
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return address;
            }

            Uri next = new(new Uri("http://localhost"), answer.Headers.Location!);
            Assert.Equal("localhost", next.Host);
            address = next.PathAndQuery;
        }
    }

    /// <summary>Posts a form of a page.</summary>
    /// <returns>Where that leads; the page itself where it stays.</returns>
    public async Task<(string Address, string Page)> PostAsync(string page, string form, params (string Name, string Value)[] fields)
    {
        string html = await Http.GetStringAsync(page, Cancellation);
        Dictionary<string, string> values = fields.ToDictionary(field => field.Name, field => field.Value);
        values["_handler"] = form;
        values["__RequestVerificationToken"] = TokenField().Match(html).Groups[1].Value;
        using HttpResponseMessage answer = await Http.PostAsync(page, new FormUrlEncodedContent(values), Cancellation);
        string text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
        return (answer.Headers.Location is { } next ? new Uri(new Uri("http://localhost"), next).PathAndQuery : page, text);
    }

    [GeneratedRegex("href=\"(/sign-in/provider[^\"]*)\"")]
    private static partial Regex ProviderLink();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
