using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Sida.Web.Access;
using Sida.Web.Accounts.OpenId;

namespace Sida.Web.Tests.Web.Accounts.OpenId;

/// <summary>Keys and tokens of kinds that the provider of the other tests doesn't use.</summary>
public sealed class SignedTokenTests : IDisposable
{
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _ec.Dispose();

    [Fact]
    public void A_token_that_is_signed_with_es256_is_read_and_a_changed_one_is_not()
    {
        ProviderKey key = ProviderKey.Find(Json(Jwk(_ec, "P-256")))!;
        string token = TestToken.Sign(new { sub = "kim" }, new { alg = "ES256", kid = "ec" }, Sign);
        SignedToken read = SignedToken.Parse(token);
        Assert.Same(key, read.Choose([key]));
        Assert.Equal("kim", read.Read(key).Text("sub"));
        string[] parts = token.Split('.');
        SignedToken changed = SignedToken.Parse($"{parts[0]}.{TestToken.Part(new { sub = "boss" })}.{parts[2]}");
        Assert.Throws<OpenIdException>(() => changed.Read(key));
        Assert.Throws<OpenIdException>(() => SignedToken.Parse($"{parts[0]}.{parts[1]}.").Read(key));
    }

    [Fact]
    public void Without_a_name_a_key_is_used_only_where_there_is_one_that_fits()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ProviderKey first = ProviderKey.Find(Json(Jwk(_ec, "P-256")))!;
        ProviderKey second = ProviderKey.Find(Json(Jwk(other, "P-256")))!;
        SignedToken token = SignedToken.Parse(TestToken.Sign(new { sub = "kim" }, new { alg = "ES256" }, Sign));
        Assert.Same(first, token.Choose([first]));
        Assert.Null(token.Choose([first, second]));
        Assert.Null(SignedToken.Parse(TestToken.Sign(new { sub = "kim" }, new { alg = "RS256" }, Sign)).Choose([first]));
    }

    [Fact]
    public void Keys_that_are_weak_or_for_something_else_are_passed_over()
    {
        using RSA weak = RSA.Create(1024);
        RSAParameters small = weak.ExportParameters(false);
        Assert.Null(ProviderKey.Find(Json(new { kty = "RSA", n = Base64Url.EncodeToString(small.Modulus), e = Base64Url.EncodeToString(small.Exponent) })));
        Assert.Null(ProviderKey.Find(Json(Jwk(_ec, "P-521"))));
        Assert.Null(ProviderKey.Find(Json(new { kty = "oct", alg = "HS256", k = "AAAA" })));
        Assert.Null(ProviderKey.Find(Json(new { kty = "EC", use = "enc", crv = "P-256", x = "AAAA", y = "AAAA" })));
        Assert.Null(ProviderKey.Find(Json(new { kty = "EC", crv = "P-256", x = "AAAA", y = "AAAA" })));
        Assert.Throws<FormatException>(() => ProviderKey.Find(Json(new { kty = "RSA", n = "***", e = "AQAB" })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("!.!.!")]
    [InlineData("e30.W10.")]
    public void What_is_no_token_is_said_to_be_none(string text) => Assert.Throws<OpenIdException>(() => SignedToken.Parse(text));

    [Fact]
    public void A_field_that_is_there_twice_is_refused()
    {
        string header = TestToken.Part(new { alg = "ES256" });
        Assert.Throws<OpenIdException>(() => SignedToken.Parse($"{header}.{Base64Url.EncodeToString("""{"sub":"kim","sub":"boss"}"""u8)}.AAAA"));
    }

    [Theory]
    [InlineData("http://login.example.org", "secret", "openid", SiteRole.Viewer, "Authority")]
    [InlineData("https://login.example.org?x=y", "secret", "openid", SiteRole.Viewer, "Authority")]
    [InlineData("login.example.org", "secret", "openid", SiteRole.Viewer, "Authority")]
    [InlineData("https://login.example.org", "", "openid", SiteRole.Viewer, "ClientSecret")]
    [InlineData("https://login.example.org", "secret", "profile", SiteRole.Viewer, "Scopes")]
    [InlineData("https://login.example.org", "secret", "openid", SiteRole.Administrator, "NewAccountRole")]
    public void A_wrong_setting_is_named(string authority, string secret, string scopes, SiteRole role, string name)
    {
        OpenIdOptions options = new() { Authority = authority, ClientId = "sida", ClientSecret = secret, Scopes = scopes, NewAccountRole = role };
        Assert.Contains(name, Assert.Single(options.Find()).ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://login.example.org/realms/news/")]
    [InlineData("http://localhost:8080")]
    public void A_right_setting_is_taken(string authority) =>
        Assert.Empty(new OpenIdOptions { Authority = authority, ClientId = "sida", ClientSecret = "secret" }.Find());

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    private static object Jwk(ECDsa key, string curve)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return new { kty = "EC", crv = curve, kid = "ec", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
    }

    private byte[] Sign(byte[] data) => _ec.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
