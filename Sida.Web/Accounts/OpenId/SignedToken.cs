using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sida.Web.Accounts.OpenId;

/// <summary>A JSON Web Token in its compact form (RFC 7519, RFC 7515 section 7.1), not verified yet.</summary>
internal sealed class SignedToken
{
    private const int PartCount = 3;

    private readonly JsonElement _claims;
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedToken(JsonElement header, JsonElement claims, byte[] signed, byte[] signature)
    {
        (Algorithm, KeyId) = (header.Text("alg"), header.Text("kid"));
        (_claims, _signed, _signature) = (claims, signed, signature);
    }

    /// <summary>How it says that it is signed.</summary>
    public string? Algorithm { get; }

    /// <summary>With which key it says that it is signed.</summary>
    public string? KeyId { get; }

    /// <exception cref="OpenIdException">It is not such a token.</exception>
    public static SignedToken Parse(string token)
    {
        try
        {
            string[] parts = token.Split('.', PartCount + 1);
            if (parts.Length != PartCount)
            {
                throw new FormatException($"It has {parts.Length} parts.");
            }

            JsonElement header = JsonReading.ParseObject(Base64Url.DecodeFromChars(parts[0]));
            JsonElement claims = JsonReading.ParseObject(Base64Url.DecodeFromChars(parts[1]));
            // RFC 7515, section 4.1.11: who doesn't know what is marked as critical must refuse. We know of none.
            if (header.TryGetProperty("crit", out _))
            {
                throw new FormatException("It has critical header fields, which are not known here.");
            }

            return new SignedToken(header, claims, Encoding.ASCII.GetBytes(token, 0, parts[0].Length + 1 + parts[1].Length), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, $"The provider's ID token can't be read: {error.Message}", error);
        }
    }

    /// <summary>The key of a set with which this would be signed; null when there is none, or more than one that it could be.</summary>
    public ProviderKey? Choose(IEnumerable<ProviderKey> keys)
    {
        // OpenID Connect Core, section 10.1: without a name there must be only one.
        ProviderKey[] fitting = [.. keys.Where(key => key.Algorithm == Algorithm && (KeyId is null || key.Id == KeyId)).Take(2)];
        return fitting.Length == 1 ? fitting[0] : null;
    }

    /// <summary>What it says, if the key made it.</summary>
    /// <exception cref="OpenIdException">It did not.</exception>
    public JsonElement Read(ProviderKey key)
    {
        try
        {
            return key.Algorithm == Algorithm && key.Verify(_signed, _signature)
                ? _claims
                : throw new OpenIdException(OpenIdProblem.Wrong, "The signature of the provider's ID token is wrong.");
        }
        catch (CryptographicException error)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, "The provider's key is none.", error);
        }
    }
}
