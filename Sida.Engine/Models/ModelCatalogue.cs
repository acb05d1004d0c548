namespace Sida.Engine.Models;

/// <summary>The model packages that are installed under one folder, each in a folder of its own.</summary>
public sealed class ModelCatalogue
{
    /// <summary>Lists a folder; a package that can't be read is listed with the reason instead of a manifest.</summary>
    /// <param name="root">The folder that holds package folders.</param>
    public ModelCatalogue(string root)
    {
        Root = Path.GetFullPath(root);
        Entries = Directory.Exists(Root)
            ? [.. Directory.EnumerateDirectories(Root).Order(StringComparer.Ordinal).Where(HasManifest).Select(Describe)]
            : [];
    }

    /// <summary>The folder that was listed.</summary>
    public string Root { get; }

    /// <summary>The packages by folder name.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    private static bool HasManifest(string folder) => File.Exists(Path.Combine(folder, ModelManifest.FileName));

    private static CatalogueEntry Describe(string folder)
    {
        try
        {
            return new CatalogueEntry(folder, ModelManifestJson.Read(Path.Combine(folder, ModelManifest.FileName)), null);
        }
        catch (PackageException error)
        {
            return new CatalogueEntry(folder, null, error.Message);
        }
    }
}

/// <summary>One folder of a catalogue.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Manifest">What the package says of itself; null when it can't be read.</param>
/// <param name="Problem">Why it can't be read.</param>
public sealed record CatalogueEntry(string Folder, ModelManifest? Manifest, string? Problem);
