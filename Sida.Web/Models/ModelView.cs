using Sida.Engine.Models;

namespace Sida.Web.Models;

/// <summary>Whether a model can answer.</summary>
public enum ModelState
{
    /// <summary>Installed; it is loaded when somebody asks it.</summary>
    Installed,

    /// <summary>Being verified, loaded and warmed up.</summary>
    Loading,

    /// <summary>Loaded.</summary>
    Ready,

    /// <summary>It can't be used; the problem says why.</summary>
    Broken,
}

/// <summary>An installed model as pages and programs see it.</summary>
/// <param name="Id">The name of its package folder: how conversations and programs choose it.</param>
/// <param name="State">Whether it can answer.</param>
/// <param name="IsDefault">Whether it is asked when nobody chose.</param>
/// <param name="Manifest">What the package says of itself; null when that can't be read.</param>
/// <param name="Problem">Why it can't be used.</param>
/// <param name="PackageBytes">The size of its files: about what it takes in memory when it is loaded.</param>
/// <param name="Device">Where it runs, when it is loaded.</param>
/// <param name="LoadedAt">When it was loaded.</param>
/// <param name="LoadSeconds">How long that took, warming up included.</param>
public sealed record ModelView(
    string Id,
    ModelState State,
    bool IsDefault,
    ModelManifest? Manifest,
    string? Problem,
    long PackageBytes,
    string? Device,
    DateTimeOffset? LoadedAt,
    double? LoadSeconds)
{
    /// <summary>What people call it.</summary>
    public string Name => Manifest?.Name ?? Id;
}
