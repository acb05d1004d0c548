using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Sida.Web.Tests.Web.Accounts.OpenId;

/// <summary>A small OpenID Connect provider on a port of this machine. It checks what it is asked like a real one, and lies when a test wants it to.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "sida: test";
    public const string ClientSecret = "a secret & more";
    public const string KeyName = "2026-11";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly ConcurrentDictionary<string, string> _accessTokens = new();

    private TestProvider()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Document);
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", RedeemAsync);
        _app.MapGet("/userinfo", About);
        _app.MapGet("/jwks", Keys);
    }

    public RSA Key { get; } = RSA.Create(2048);

    public string Issuer => _app.Urls.First();

    /// <summary>Who is signed in at the provider.</summary>
    public TestPerson Person { get; set; } = new();

    /// <summary>Changes what the ID token says.</summary>
    public Action<Dictionary<string, object>>? Bend { get; set; }

    /// <summary>Changes the finished ID token.</summary>
    public Func<string, string>? Forge { get; set; }

    /// <summary>Whom the user info is about, when it isn't the person.</summary>
    public string? OtherSubject { get; set; }

    /// <summary>What the provider calls itself, when it isn't what it is.</summary>
    public string? OtherIssuer { get; set; }

    /// <summary>The error that is sent back instead of a code.</summary>
    public string? Error { get; set; }

    /// <summary>Whether people see a page with a button first.</summary>
    public bool ShowsPage { get; set; }

    public static async Task<TestProvider> StartAsync()
    {
        TestProvider provider = new();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>An honest provider with a person whom nobody has seen before.</summary>
    public void Reset()
    {
        (Person, Bend, Forge, OtherSubject, OtherIssuer, Error, ShowsPage) = (new TestPerson(), null, null, null, null, null, false);
        _codes.Clear();
    }

    /// <summary>Settings with which a server uses this provider.</summary>
    public SidaServer Configure(SidaServer server) => server
        .With("Sida:Access:OpenIdConnect:Authority", Issuer)
        .With("Sida:Access:OpenIdConnect:ClientId", ClientId)
        .With("Sida:Access:OpenIdConnect:ClientSecret", ClientSecret)
        .With("Sida:Access:OpenIdConnect:Name", "Heron House");

    /// <summary>Answers no more.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private IResult Document() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = OtherIssuer ?? Issuer,
        ["authorization_endpoint"] = Issuer + "/authorize?theme=dark",
        ["token_endpoint"] = Issuer + "/token",
        ["userinfo_endpoint"] = Issuer + "/userinfo",
        ["jwks_uri"] = Issuer + "/jwks",
    });

    private IResult Keys()
    {
        RSAParameters key = Key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new
        {
            keys = new object[]
            {
                new { kty = "oct", k = "AAAA" },
                new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyName, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) },
            },
        });
    }

    private IResult Authorize(HttpRequest request)
    {
        string Get(string name) => request.Query[name].ToString();
        Assert.Equal((ClientId, "code", "S256", "dark"), (Get("client_id"), Get("response_type"), Get("code_challenge_method"), Get("theme")));
        Assert.Contains("openid", Get("scope"), StringComparison.Ordinal);
        Dictionary<string, string?> answer = new() { ["state"] = Get("state") };
        if (Error is not null)
        {
            answer["error"] = Error;
        }
        else
        {
            string code = Guid.NewGuid().ToString("N");
            _codes[code] = new Grant(Get("nonce"), Get("code_challenge"), Get("redirect_uri"));
            answer["code"] = code;
        }

        string back = QueryHelpers.AddQueryString(Get("redirect_uri"), answer);
        return ShowsPage ? Results.Content($"<!doctype html><title>Heron House</title><link rel=\"icon\" href=\"data:,\"><a href=\"{WebUtility.HtmlEncode(back)}\">Allow</a>", "text/html") : Results.Redirect(back);
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        IFormCollection form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        string secret = $"{WebUtility.UrlEncode(ClientId)}:{WebUtility.UrlEncode(ClientSecret)}";
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)))
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        string challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_codes.TryRemove(form["code"].ToString(), out Grant? grant) || grant.Challenge != challenge || grant.RedirectUri != form["redirect_uri"])
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
        }

        string accessToken = Guid.NewGuid().ToString("N");
        _accessTokens[accessToken] = Person.Subject;
        return Results.Json(new Dictionary<string, object> { ["access_token"] = accessToken, ["token_type"] = "Bearer", ["expires_in"] = 60, ["id_token"] = IdToken(grant.Nonce, accessToken) });
    }

    private IResult About(HttpRequest request) =>
        _accessTokens.TryGetValue(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal), out string? subject) && subject == Person.Subject
            ? Results.Json(new Dictionary<string, object> { ["sub"] = OtherSubject ?? subject, ["name"] = Person.Name, ["email"] = Person.Email, ["email_verified"] = Person.Verified })
            : Results.Unauthorized();

    private string IdToken(string nonce, string accessToken)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Dictionary<string, object> claims = new()
        {
            ["iss"] = Issuer,
            ["sub"] = Person.Subject,
            ["aud"] = ClientId,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = nonce,
            ["at_hash"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)),
        };
        Bend?.Invoke(claims);
        string token = TestToken.Sign(claims, new { alg = "RS256", kid = KeyName }, data => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return Forge?.Invoke(token) ?? token;
    }

    private sealed record Grant(string Nonce, string Challenge, string RedirectUri);
}

/// <summary>Somebody at the provider; a new one has an address that nobody else has.</summary>
internal sealed record TestPerson(string Subject, string Name, string Email, bool Verified = true)
{
    public TestPerson()
        : this(Guid.NewGuid().ToString("N"), "Kim Reed", $"kim.{Guid.NewGuid():N}@example.org")
    {
    }
}

/// <summary>Tokens in their compact form.</summary>
internal static class TestToken
{
    public static string Sign(object claims, object header, Func<byte[], byte[]> sign)
    {
        string text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    public static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
