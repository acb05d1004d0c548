using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// A public key of the provider, from its key set (RFC 7517, RFC 7518 section 6), and the one algorithm that we use it with. That the
/// key decides the algorithm, and not the token, is what keeps "none" and "HMAC with the public key" out (RFC 8725, section 3.1).
/// </summary>
internal sealed class ProviderKey
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private const int P256Bytes = 32;

    private readonly RSAParameters _rsa;
    private readonly ECParameters _ec;

    private ProviderKey(string? id, RSAParameters rsa) => (Id, Algorithm, _rsa) = (id, "RS256", rsa);

    private ProviderKey(string? id, ECParameters ec) => (Id, Algorithm, _ec) = (id, "ES256", ec);

    /// <summary>What tokens call it; null where the provider has but one.</summary>
    public string? Id { get; }

    public string Algorithm { get; }

    /// <summary>Reads a member of the key set; null for keys that are not for signatures, or of a kind that we don't use.</summary>
    /// <exception cref="FormatException">It is not what it says.</exception>
    public static ProviderKey? Find(JsonElement key)
    {
        string? use = Text(key, "use");
        if (use is not (null or "sig"))
        {
            return null;
        }

        return (Text(key, "kty"), Text(key, "alg"), Text(key, "crv")) switch
        {
            ("RSA", null or "RS256", _) => Rsa(key),
            ("EC", null or "ES256", "P-256") => Ec(key),
            _ => null,
        };
    }

    /// <summary>Whether this key made a signature.</summary>
    /// <exception cref="CryptographicException">The key is none.</exception>
    public bool Verify(byte[] data, byte[] signature)
    {
        if (Algorithm == "RS256")
        {
            using RSA rsa = RSA.Create(_rsa);
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        // RFC 7518, section 3.4: the two numbers one after the other, not DER.
        using ECDsa ec = ECDsa.Create(_ec);
        return ec.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static ProviderKey? Rsa(JsonElement key)
    {
        byte[] modulus = Bytes(key, "n");
        return modulus.Length * 8 is >= MinRsaBits and <= MaxRsaBits ? new ProviderKey(Text(key, "kid"), new RSAParameters { Modulus = modulus, Exponent = Bytes(key, "e") }) : null;
    }

    private static ProviderKey? Ec(JsonElement key)
    {
        ECPoint point = new() { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        return point.X.Length == P256Bytes && point.Y.Length == P256Bytes ? new ProviderKey(Text(key, "kid"), new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }) : null;
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(Text(key, name));

    private static string? Text(JsonElement key, string name) => key.Text(name);
}
