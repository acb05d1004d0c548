using System.Net;
using System.Net.Sockets;

namespace Sida.Web.Pictures;

/// <summary>
/// Whether an IP address belongs to the public internet. Sources: IANA's special-purpose address registries for IPv4 and IPv6
/// (RFC 6890 and its updates). An IPv6 address that carries an IPv4 address inside is judged by that one.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Inside 2000::/3: Teredo, ORCHID, benchmarking and other protocol assignments, documentation.
            "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !NotPublic.Any(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.Contains(address));
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return Contains(address.MapToIPv4());
        }

        byte[] bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
        {
            return Contains(Embedded(bytes, 12));
        }

        if (SixToFour.Contains(address))
        {
            return Contains(Embedded(bytes, 2));
        }

        return GlobalUnicast.Contains(address)
            && !NotPublic.Any(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && network.Contains(address));
    }

    private static IPAddress Embedded(byte[] bytes, int offset) => new(bytes.AsSpan(offset, 4));
}
