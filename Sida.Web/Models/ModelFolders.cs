using Microsoft.Extensions.Options;
using Sida.Engine.Models;
using Sida.Web.Data;

namespace Sida.Web.Models;

/// <summary>Finds the installed model packages.</summary>
internal sealed class ModelFolders(IOptions<ModelOptions> options, IConfiguration configuration, IHostEnvironment environment, DataFolder data)
{
    /// <summary>The package that Sida:Model names, by path or by the name of its folder; null when it names none.</summary>
    private readonly string? _chosen = configuration["Sida:Model"] is { Length: > 0 } chosen ? chosen : null;

    /// <summary>The id of the model that is asked when nobody chose, if Sida:Model names one.</summary>
    public string? ChosenId => _chosen is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(_chosen));

    /// <summary>All packages by id. Where two folders have the same name, the one that was named or found first counts.</summary>
    public IReadOnlyList<CatalogueEntry> List()
    {
        List<CatalogueEntry> entries = [];
        if (_chosen is not null && Path.GetDirectoryName(Path.GetFullPath(_chosen)) is { } parent && Directory.Exists(_chosen))
        {
            string chosen = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_chosen));
            entries.AddRange(new ModelCatalogue(parent).Entries.Where(entry => entry.Folder == chosen));
        }

        string[] roots = [Path.GetFullPath(options.Value.Folder), Path.GetFullPath(options.Value.Folder, environment.ContentRootPath)];
        entries.AddRange(roots.Distinct().SelectMany(root => new ModelCatalogue(root).Entries));
        if (entries.Count == 0)
        {
            // The untrained stand-in goes away with the first real model.
            entries.AddRange(new ModelCatalogue(data.Models).Entries);
        }

        return [.. entries.DistinctBy(Id)];
    }

    public static string Id(CatalogueEntry entry) => Path.GetFileName(entry.Folder);
}
