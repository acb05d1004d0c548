using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sida.LoadTest;

/// <summary>A network that cuts connections: forwards bytes to the server, and resets one connection at random again and again.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, Socket> _connections = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private readonly Task _cutting;
    private int _cuts;

    public CutProxy(Uri server, TimeSpan between)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
        _cutting = CutAsync(between);
    }

    public Uri Address => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public int Cuts => _cuts;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await _cutting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptSocketAsync(_end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        Guid id = Guid.NewGuid();
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
            _connections[id] = client;
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // A connection that can't be made or is gone: that is what this network does.
        }
        finally
        {
            _connections.TryRemove(id, out _);
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 << 10];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task CutAsync(TimeSpan between)
    {
        try
        {
            while (true)
            {
                await Task.Delay(between, _end.Token);
                Guid[] ids = [.. _connections.Keys];
                if (ids.Length > 0 && _connections.TryRemove(ids[Random.Shared.Next(ids.Length)], out Socket? victim))
                {
                    // A reset, not a goodbye.
                    victim.Close(0);
                    _cuts++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }
}
