using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace Sida.Web.Access;

/// <summary>Open pages and hub connections, counted by owner: each holds memory on the server.</summary>
internal sealed class CircuitCount(IOptions<AccessOptions> options)
{
    private readonly ConcurrentDictionary<Guid, int> _byOwner = new();
    private int _all;

    /// <summary>Counts one more, unless that is too many.</summary>
    public bool TryAdd(Guid owner)
    {
        int mine = _byOwner.AddOrUpdate(owner, 1, (_, count) => count + 1);
        int all = Interlocked.Increment(ref _all);
        if (mine <= options.Value.MaxCircuitsPerOwner && all <= options.Value.MaxCircuits)
        {
            return true;
        }

        Remove(owner);
        return false;
    }

    public void Remove(Guid owner)
    {
        Interlocked.Decrement(ref _all);
        if (_byOwner.AddOrUpdate(owner, 0, (_, count) => count - 1) == 0)
        {
            _byOwner.TryRemove(KeyValuePair.Create(owner, 0));
        }
    }
}

/// <summary>Refuses a page when its owner has too many open: every open page holds memory on the server.</summary>
internal sealed class CircuitLimit(CallerProvider callers, CircuitCount count) : CircuitHandler
{
    private Guid? _counted;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Caller caller = await callers.GetAsync();
        if (!count.TryAdd(caller.OwnerId))
        {
            throw new LimitException("Too many open pages. Close some tabs and reload (Sida:Access:MaxCircuitsPerOwner).");
        }

        _counted = caller.OwnerId;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_counted is { } owner)
        {
            count.Remove(owner);
            _counted = null;
        }

        return Task.CompletedTask;
    }
}
