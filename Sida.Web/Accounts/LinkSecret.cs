using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sida.Web.Accounts;

/// <summary>What makes a link work: 256 random bits. Only their hash is kept.</summary>
internal static class LinkSecret
{
    private const int RandomBytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
