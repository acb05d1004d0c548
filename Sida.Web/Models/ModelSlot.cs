using Sida.Engine;
using Sida.Engine.Models;

namespace Sida.Web.Models;

/// <summary>One installed model with its state in memory. Guarded by its host's lock.</summary>
internal sealed class ModelSlot(string id, CatalogueEntry entry)
{
    public string Id => id;

    public CatalogueEntry Entry { get; set; } = entry;

    /// <summary>The running or finished load; null when nothing is loaded.</summary>
    public Task<IAnalyzer>? Load
    {
        get => field is { IsFaulted: true } or { IsCanceled: true } ? null : field;
        set;
    }

    /// <summary>Analyses that use it now.</summary>
    public int Users { get; set; }

    public DateTimeOffset LastUsed { get; set; }

    public DateTimeOffset? LoadedAt { get; set; }

    public double? LoadSeconds { get; set; }

    /// <summary>Why the last load failed.</summary>
    public string? LoadProblem { get; set; }

    public bool IsLoaded => Load is { IsCompletedSuccessfully: true };

    public ModelView View(bool isDefault)
    {
        string? problem = Entry.Problem ?? LoadProblem;
        ModelState state = problem is not null ? ModelState.Broken
            : Load is null ? ModelState.Installed
            : Load.IsCompletedSuccessfully ? ModelState.Ready
            : ModelState.Loading;
        return new ModelView(
            id,
            state,
            isDefault,
            Entry.Manifest,
            problem,
            Entry.Manifest?.Files.Sum(file => file.Size) ?? 0,
            IsLoaded ? Load!.Result.Device : null,
            LoadedAt,
            LoadSeconds);
    }

    /// <exception cref="PackageException">The package can't be used.</exception>
    public void CheckUsable()
    {
        if (Entry.Problem is not null)
        {
            throw new PackageException($"The model \"{id}\" can't be used: {Entry.Problem}");
        }
    }
}
