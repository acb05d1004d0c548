using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sida.Web.Access;
using Sida.Web.Accounts.OpenId;

namespace Sida.Web.Tests.Web.Accounts.OpenId;

/// <summary>What a provider, or somebody who plays one, must not get away with. Each ends with a sentence on the sign-in page and the reason in the log.</summary>
public sealed class OpenIdRefusalTests : IClassFixture<OpenIdSite>, IDisposable
{
    private readonly OpenIdSite _site;
    private readonly OpenIdBrowser _browser;

    public OpenIdRefusalTests(OpenIdSite site)
    {
        _site = site;
        _site.Provider.Reset();
        _browser = new OpenIdBrowser(site.Server);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What the ID token says, and what the log says about it.</summary>
    public static TheoryData<string, object?, string> Lies => new()
    {
        { "iss", "https://other.example", "(iss)" },
        { "aud", "somebody else", "(aud)" },
        { "aud", new[] { TestProvider.ClientId, "somebody else" }, "(azp)" },
        { "azp", "somebody else", "(azp)" },
        { "exp", DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), "(exp)" },
        { "exp", null, "(exp)" },
        { "iat", DateTimeOffset.UtcNow.AddMinutes(-30).ToUnixTimeSeconds(), "(iat)" },
        { "iat", DateTimeOffset.UtcNow.AddMinutes(30).ToUnixTimeSeconds(), "(iat)" },
        { "nonce", "another", "(nonce)" },
        { "nonce", null, "(nonce)" },
        { "at_hash", "another", "(at_hash)" },
        { "sub", "", "(sub)" },
        { "sub", new string('x', 256), "(sub)" },
    };

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task An_id_token_that_says_something_else_is_refused(string claim, object? value, string reason)
    {
        _site.Provider.Bend = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = value;
            }
        };
        await RefusedAsync(reason);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("other key")]
    [InlineData("unknown key")]
    [InlineData("changed")]
    [InlineData("critical")]
    [InlineData("no token")]
    public async Task An_id_token_that_the_provider_did_not_sign_is_refused(string forgery)
    {
        string key = TestProvider.KeyName;
        _site.Provider.Forge = token =>
        {
            string[] parts = token.Split('.');
            string Sign(string header, Func<byte[], byte[]> sign)
            {
                string text = $"{Convert.ToBase64String(Encoding.ASCII.GetBytes(header)).TrimEnd('=')}.{parts[1]}";
                return $"{text}.{Convert.ToBase64String(sign(Encoding.ASCII.GetBytes(text))).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
            }

            using RSA other = RSA.Create(2048);
            byte[] Honest(byte[] data) => _site.Provider.Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            byte[] Foreign(byte[] data) => other.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return forgery switch
            {
                "none" => Sign($$"""{"alg":"none","kid":"{{key}}"}""", _ => []),
                "HS256" => Sign($$"""{"alg":"HS256","kid":"{{key}}"}""", data => HMACSHA256.HashData(_site.Provider.Key.ExportSubjectPublicKeyInfo(), data)),
                "other key" => Sign($$"""{"alg":"RS256","kid":"{{key}}"}""", Foreign),
                "unknown key" => Sign("""{"alg":"RS256","kid":"unknown"}""", Foreign),
                "critical" => Sign($$"""{"alg":"RS256","kid":"{{key}}","crit":["exp"]}""", Honest),
                "changed" => $"{parts[0]}.{TestToken.Part(new { sub = "boss" })}.{parts[2]}",
                _ => "no token",
            };
        };
        await RefusedAsync("ID token");
    }

    [Fact]
    public async Task User_info_about_somebody_else_is_refused()
    {
        _site.Provider.OtherSubject = "boss";
        await RefusedAsync("user info");
    }

    [Fact]
    public async Task An_answer_in_another_browser_or_a_second_time_is_refused()
    {
        string back = await _browser.LeaveAsync();
        using OpenIdBrowser victim = new(_site.Server);
        await victim.ReadAsync("/sign-in");
        Assert.Equal("/sign-in?problem=Expired", await victim.ComeBackAsync(back));
        Assert.Equal(OpenIdRoutes.Welcome, await _browser.ComeBackAsync(back));
        Assert.Equal("/sign-in?problem=Expired", await _browser.ComeBackAsync(back));
        Assert.Equal("/sign-in?problem=Expired", await _browser.ComeBackAsync(OpenIdRoutes.Callback + "?code=x&state=y"));
        Assert.Contains("That took too long", await _browser.ReadAsync("/sign-in?problem=Expired"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_another_sign_in_is_refused()
    {
        string first = await _browser.LeaveAsync();
        string second = await _browser.LeaveAsync();
        string Code(string address) => address.Split("code=")[1].Split('&')[0];
        Assert.Equal("/sign-in?problem=Wrong", await _browser.ComeBackAsync(second.Replace(Code(second), Code(first), StringComparison.Ordinal)));
        Assert.Contains(_site.Server.Log.Warnings, line => line.Contains("invalid_grant", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("access_denied", "Refused", "did not let you in")]
    [InlineData("server_error", "Wrong", "was not right")]
    public async Task An_error_of_the_provider_is_told_in_plain_words(string error, string problem, string words)
    {
        _site.Provider.Error = error;
        string page = await _browser.SignInAsync();
        Assert.Equal("/sign-in?problem=" + problem, page);
        Assert.Contains("Heron House", await _browser.ReadAsync(page), StringComparison.Ordinal);
        Assert.Contains(words, await _browser.ReadAsync(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task The_way_back_leads_to_no_other_site(string address)
    {
        string invitation = await OpenIdSite.InviteAsync(_site.Server, SiteRole.Viewer);
        await _browser.SignInAsync("/join/" + invitation);
        await _browser.PostAsync(OpenIdRoutes.Welcome, "join", ("Form.Name", "Kim"));
        using OpenIdBrowser again = new(_site.Server);
        Assert.Equal("/", await again.SignInAsync("/sign-in?return=" + Uri.EscapeDataString(address)));
    }

    [Fact]
    public async Task A_provider_that_is_another_or_can_not_be_reached_leaves_the_password()
    {
        await using TestProvider impostor = await TestProvider.StartAsync();
        impostor.OtherIssuer = "https://other.example";
        await using TestProvider gone = await TestProvider.StartAsync();
        foreach ((TestProvider provider, string problem, string words) in new[] { (impostor, "Wrong", "was not right"), (gone, "Unreachable", "can't be reached") })
        {
            using SidaServer server = provider.Configure(new SidaServer());
            if (provider == gone)
            {
                await gone.StopAsync();
            }

            server.StartServer();
            using OpenIdBrowser browser = new(server);
            await browser.ReadAsync("/sign-in");
            string page = await browser.ComeBackAsync(OpenIdRoutes.StartAddress("/keys", null));
            Assert.Equal("/sign-in?return=%2Fkeys&problem=" + problem, page);
            Assert.Contains(words, await browser.ReadAsync(page), StringComparison.Ordinal);
            Assert.Contains("wrong", (await browser.PostAsync(page, "sign-in", ("Form.Email", "kim@example.org"), ("Form.Password", "heron reed sleeve lamp"))).Page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_such_way()
    {
        using SidaServer server = new();
        using OpenIdBrowser browser = new(server);
        Assert.DoesNotContain("Continue with", await browser.ReadAsync("/sign-in"), StringComparison.Ordinal);
        foreach (string address in new[] { OpenIdRoutes.Start, OpenIdRoutes.Callback + "?code=x&state=y" })
        {
            using HttpResponseMessage answer = await browser.Http.GetAsync(address, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Equal("/sign-in?problem=Expired", await browser.ComeBackAsync(OpenIdRoutes.Welcome));
    }

    private async Task RefusedAsync(string reason)
    {
        int before = _site.Server.Log.Warnings.Count;
        Assert.Equal("/sign-in?problem=Wrong", await _browser.SignInAsync());
        Assert.Contains(_site.Server.Log.Warnings.Skip(before), line => line.Contains(reason, StringComparison.Ordinal));
        Assert.Contains("was not right", await _browser.ReadAsync("/sign-in?problem=Wrong"), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", await _browser.ComeBackAsync("/account"), StringComparison.Ordinal);
    }
}
