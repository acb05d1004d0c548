using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Web.Access;
using Sida.Web.Data;

namespace Sida.Web.Accounts;

/// <summary>
/// A server without an administrator prints a link on its console when it starts: whoever can read that may become the
/// administrator. The link works once, and for this run of the server only.
/// </summary>
internal sealed class FirstAdministrator(AccessService access, IOptions<AccessOptions> options, IServer server, IOperatorNotice notice) : IHostedLifecycleService, IDisposable
{
    public const string Page = "/set-up/";

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Hash of the link's secret; null when there is no link.</summary>
    private string? _hash;

    public void Dispose() => _one.Dispose();

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken))
        {
            return;
        }

        string secret = LinkSecret.New();
        _hash = LinkSecret.HashOf(secret);
        notice.Tell($"To make an administrator, open this address (it works once, until the server stops): {Address()}{Page}{secret}");
    }

    /// <summary>Whether a link that somebody has works.</summary>
    public bool Matches(string secret) =>
        _hash is { } hash && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(LinkSecret.HashOf(secret)));

    /// <summary>Uses the link up, if the work succeeds. Of two who try at the same moment one does.</summary>
    /// <exception cref="NotFoundException">The link does not work (any more).</exception>
    public async Task<TResult> UseAsync<TResult>(string secret, Func<Task<TResult>> work, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (!Matches(secret) || !await IsNeededAsync(cancellation))
            {
                throw Dead();
            }

            TResult result = await work();
            _hash = null;
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    public static NotFoundException Dead() => new(
        "This link does not work: it was used already, or the server was started again since. The server prints a new one when it starts without an administrator, or with Sida:Access:AdministratorLink.");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> IsNeededAsync(CancellationToken cancellation)
    {
        if (options.Value.AdministratorLink)
        {
            return true;
        }

        await using SidaDb db = access.OpenForServer();
        return !await db.Accounts.AnyAsync(row => row.Role == SiteRole.Administrator && row.DisabledAt == null, cancellation);
    }

    /// <summary>Where the server can be reached from its own machine; from elsewhere the same path works at its name there.</summary>
    private string Address()
    {
        string? address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        foreach (string any in new[] { "[::]", "0.0.0.0", "*", "+" })
        {
            address = address?.Replace($"//{any}", "//localhost", StringComparison.Ordinal);
        }

        return address?.TrimEnd('/') ?? "";
    }
}
