using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Sida.Web.Tests.Web.Data;

[assembly: AssemblyFixture(typeof(Postgres))]

namespace Sida.Web.Tests.Web.Data;

/// <summary>
/// A real PostgreSQL from Debian with a cluster of its own on loopback, started by the first test that needs it and removed at the
/// end. It is installed where it is missing and this process may do so.
/// </summary>
public sealed class Postgres : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";

    private readonly SemaphoreSlim _start = new(1);
    private string? _folder;
    private string? _connection;
    private int _databases;

    /// <summary>What is missing and what to install; null when there is a PostgreSQL.</summary>
    public static Task<string?> FindMissingAsync() => DebianPackage.FindMissingAsync(Versions, "postgresql");

    /// <summary>A connection string to an empty database that nobody else uses.</summary>
    public async Task<string> NewDatabaseAsync(CancellationToken cancellation)
    {
        string connection = await StartAsync(cancellation);
        string name = $"sida{Interlocked.Increment(ref _databases)}";
        await using NpgsqlConnection server = new(connection);
        await server.OpenAsync(cancellation);
        await using NpgsqlCommand create = new($"CREATE DATABASE {name}", server);
        await create.ExecuteNonQueryAsync(cancellation);
        return new NpgsqlConnectionStringBuilder(connection) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync("pg_ctl", ["-D", Cluster, "-m", "immediate", "-w", "stop"]);
            Directory.Delete(_folder, recursive: true);
        }

        _start.Dispose();
    }

    private string Cluster => Path.Combine(_folder!, "cluster");

    private async Task<string> StartAsync(CancellationToken cancellation)
    {
        await _start.WaitAsync(cancellation);
        try
        {
            if (_connection is null)
            {
                _folder = Directory.CreateTempSubdirectory("sida-postgres-").FullName;
                int port = FreePort();
                if (Environment.UserName == "root")
                {
                    // PostgreSQL refuses to run as root.
                    await RunPlainAsync("chown", ["postgres", _folder]);
                }

                await RunAsync("initdb", ["-D", Cluster, "-U", "sida", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
                string settings = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off";
                await RunAsync("pg_ctl", ["-D", Cluster, "-w", "-l", Path.Combine(_folder, "log"), "-o", settings, "start"]);
                _connection = $"Host=127.0.0.1;Port={port};Username=sida;Database=postgres";
            }

            return _connection;
        }
        finally
        {
            _start.Release();
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task RunAsync(string program, string[] arguments)
    {
        string newest = Directory.EnumerateDirectories(Versions).OrderByDescending(folder => int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)).First();
        string path = Path.Combine(newest, "bin", program);
        return Environment.UserName == "root" ? RunPlainAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunPlainAsync(path, arguments);
    }

    private static async Task RunPlainAsync(string program, string[] arguments)
    {
        // The server inherits pg_ctl's output: reading it to the end would wait for the server to stop.
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
