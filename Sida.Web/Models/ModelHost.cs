using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Engine.Models;
using Sida.Web.Access;

namespace Sida.Web.Models;

/// <summary>
/// Knows the installed models, loads one when it is first asked, and unloads the one that was not used for longest when another
/// needs the room.
/// </summary>
internal sealed partial class ModelHost(
    ModelFolders folders, IAnalyzerLoader loader, IOptions<ModelOptions> options, TimeProvider clock, ILogger<ModelHost> logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelSlot> _slots = [];
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Raised when a model's state changes.</summary>
    public event Action? Changed;

    /// <summary>What is missing when no model is installed, for pages and messages.</summary>
    public string NoModelMessage =>
        $"No trained model is installed. Import one with `sida import ... --out {Path.Combine(options.Value.Folder, "NAME")}`, or name a package folder in the setting Sida:Model.";

    /// <summary>The installed models; the folders are read again, so a new package appears without a restart.</summary>
    public IReadOnlyList<ModelView> List()
    {
        lock (_lock)
        {
            Refresh();
            string? chosen = DefaultId();
            return [.. _slots.Values.OrderBy(slot => slot.Id, StringComparer.Ordinal).Select(slot => slot.View(slot.Id == chosen))];
        }
    }

    /// <summary>Whether nothing but the untrained stand-in can be asked.</summary>
    public bool HasOnlyStandIn => List().Where(model => model.State != ModelState.Broken).Select(model => model.Id).ToList() is [StandIn.Id];

    /// <summary>The id to use for a wish: itself when it is installed, the default when there is no wish.</summary>
    /// <exception cref="NotFoundException">There is no such model.</exception>
    /// <exception cref="PackageException">No model is installed, or this one can't be used.</exception>
    public string Resolve(string? wish)
    {
        lock (_lock)
        {
            return Find(wish).Id;
        }
    }

    /// <summary>A model, loaded; waits while it is being loaded.</summary>
    /// <inheritdoc cref="Resolve"/>
    public async Task<ModelLease> UseAsync(string? wish, CancellationToken cancellation)
    {
        ModelSlot slot;
        Task<IAnalyzer> load;
        Task<IAnalyzer>? evicted;
        lock (_lock)
        {
            slot = Find(wish);
            evicted = slot.Load is null ? TakeRoom(slot) : null;
            slot.Users++;
            slot.LastUsed = clock.GetUtcNow();
            load = slot.Load ??= Begin(slot);
        }

        ModelLease? lease = null;
        try
        {
            await UnloadAsync(evicted);
            lease = new ModelLease(await load.WaitAsync(cancellation), () => Release(slot));
            return lease;
        }
        finally
        {
            if (lease is null)
            {
                Release(slot);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        List<Task<IAnalyzer>> loads;
        lock (_lock)
        {
            loads = [.. _slots.Values.Select(slot => slot.Load).OfType<Task<IAnalyzer>>()];
        }

        foreach (Task<IAnalyzer> load in loads)
        {
            await UnloadAsync(load);
        }

        _closing.Dispose();
    }

    private ModelSlot Find(string? wish)
    {
        string? id = wish ?? DefaultId();
        if (id is null || !_slots.ContainsKey(id))
        {
            Refresh();
            id = wish ?? DefaultId() ?? throw new PackageException(_slots.Values.FirstOrDefault()?.Entry.Problem ?? NoModelMessage);
        }

        ModelSlot slot = _slots.GetValueOrDefault(id) ?? throw new NotFoundException($"There is no model \"{id}\". Installed: {string.Join(", ", _slots.Keys.Order(StringComparer.Ordinal))}.");
        slot.CheckUsable();
        return slot;
    }

    private string? DefaultId() => folders.ChosenId is { } chosen && _slots.ContainsKey(chosen)
        ? chosen
        : _slots.Values.Where(slot => slot.Entry.Problem is null).Select(slot => slot.Id).Order(StringComparer.Ordinal).FirstOrDefault();

    private void Refresh()
    {
        Dictionary<string, CatalogueEntry> found = folders.List().ToDictionary(ModelFolders.Id);
        foreach (string gone in _slots.Values.Where(slot => !found.ContainsKey(slot.Id) && slot.Load is null).Select(slot => slot.Id).ToList())
        {
            _slots.Remove(gone);
        }

        foreach ((string id, CatalogueEntry entry) in found)
        {
            if (_slots.TryGetValue(id, out ModelSlot? slot))
            {
                slot.Entry = entry;
            }
            else
            {
                _slots.Add(id, new ModelSlot(id, entry));
            }
        }
    }

    /// <summary>Takes the idle model that was not used for longest out of its slot, when there are as many as may be loaded.</summary>
    private Task<IAnalyzer>? TakeRoom(ModelSlot wanted)
    {
        if (_slots.Values.Count(slot => slot.Load is not null) < options.Value.MaxLoaded)
        {
            return null;
        }

        ModelSlot? idle = _slots.Values.Where(slot => slot != wanted && slot.IsLoaded && slot.Users == 0).MinBy(slot => slot.LastUsed);
        if (idle is null)
        {
            throw new BusyException($"All {options.Value.MaxLoaded} models that may be in memory (Sida:Models:MaxLoaded) are busy. Try again in a moment.");
        }

        Task<IAnalyzer>? load = idle.Load;
        (idle.Load, idle.LoadedAt, idle.LoadSeconds) = (null, null, null);
        Unloaded(logger, idle.Id);
        return load;
    }

    private Task<IAnalyzer> Begin(ModelSlot slot)
    {
        Task<IAnalyzer> load = Task.Run(() => LoadAsync(slot), CancellationToken.None);
        _ = Task.Run(() => AnnounceAsync(load), CancellationToken.None);
        return load;
    }

    /// <summary>Tells that a model is being loaded, and, when that is over, how it ended.</summary>
    private async Task AnnounceAsync(Task load)
    {
        Changed?.Invoke();
        await load.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Changed?.Invoke();
    }

    private async Task<IAnalyzer> LoadAsync(ModelSlot slot)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            IAnalyzer analyzer = await loader.LoadAsync(slot.Entry.Folder, _closing.Token);
            await WarmUp.AskAsync(analyzer, _closing.Token);
            lock (_lock)
            {
                (slot.LoadedAt, slot.LoadSeconds, slot.LoadProblem) = (clock.GetUtcNow(), Stopwatch.GetElapsedTime(start).TotalSeconds, null);
            }

            Loaded(logger, slot.Id, analyzer.Device, slot.LoadSeconds.Value);
            return analyzer;
        }
        catch (SidaException error)
        {
            lock (_lock)
            {
                (slot.Load, slot.LoadProblem) = (null, error.Message);
            }

            LoadFailed(logger, slot.Id, error.Message);
            throw;
        }
    }

    private void Release(ModelSlot slot)
    {
        lock (_lock)
        {
            slot.Users--;
            slot.LastUsed = clock.GetUtcNow();
        }
    }

    private static async Task UnloadAsync(Task<IAnalyzer>? load)
    {
        if (load is null)
        {
            return;
        }

        await ((Task)load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (load.IsCompletedSuccessfully)
        {
            await load.Result.DisposeAsync();
        }
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Model {Model} is ready on {Device} after {Seconds:F1} s")]
    private static partial void Loaded(ILogger logger, string model, string device, double seconds);

    [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "Model {Model} can't be loaded: {Problem}")]
    private static partial void LoadFailed(ILogger logger, string model, string problem);

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Model {Model} left memory to make room for another")]
    private static partial void Unloaded(ILogger logger, string model);
}
