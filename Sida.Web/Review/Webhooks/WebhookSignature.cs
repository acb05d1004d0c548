using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sida.Web.Review.Webhooks;

/// <summary>
/// How a receiver knows that a message is ours and new: HMAC-SHA256 (RFC 2104) of the time, a dot and the body, with the address's
/// secret as key. The time is signed too, so an old message can't be sent again as a new one.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "X-Sida-Signature";
    public const string EventHeader = "X-Sida-Event";
    public const string DeliveryHeader = "X-Sida-Delivery";

    /// <summary>The value of the header: <c>t=UNIX-SECONDS,v1=HEX</c>.</summary>
    public static string Of(string secret, DateTimeOffset time, string body)
    {
        string seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}"));
        return $"t={seconds},v1={Convert.ToHexStringLower(mac)}";
    }
}
