using System.Security.Cryptography;

namespace Sida.Web.Tests.Engine.Imaging;

internal static class Sha256Hex
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
