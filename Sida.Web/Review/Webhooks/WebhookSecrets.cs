using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Sida.Web.Review.Webhooks;

/// <summary>Keys of signatures: made here, and stored so that a copy of the database alone doesn't give them away.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Start = "sidawh_";
    private const int RandomBytes = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("Sida.Review.Webhooks");

    public static string New() => Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public string Protect(string secret) => _protector.Protect(secret);

    /// <exception cref="CryptographicException">The server's keys are gone.</exception>
    public string Unprotect(string stored) => _protector.Unprotect(stored);
}
