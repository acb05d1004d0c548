using System.Net;
using System.Net.Sockets;
using Sida.Engine;

namespace Sida.Web.Pictures;

/// <summary>
/// Connects to a named server only at addresses that are allowed. The name is resolved here, so it can't change between check and use.
/// </summary>
internal static class AddressGuard
{
    /// <exception cref="RequestException">None of the name's addresses is allowed.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Func<IPAddress, int, bool> allows, CancellationToken cancellation)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        IPAddress[] allowed = [.. addresses.Where(address => allows(address, context.DnsEndPoint.Port))];
        if (allowed.Length == 0)
        {
            throw new RequestException("that address is not on the public internet.");
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
