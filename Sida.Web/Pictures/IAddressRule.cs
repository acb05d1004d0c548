using System.Net;

namespace Sida.Web.Pictures;

/// <summary>Which machines pictures may be fetched from.</summary>
internal interface IAddressRule
{
    bool Allows(IPAddress address, int port);
}

/// <summary>Web servers of the public internet.</summary>
internal sealed class PublicWebServers : IAddressRule
{
    public bool Allows(IPAddress address, int port) => port is 80 or 443 && PublicAddress.Contains(address);
}
