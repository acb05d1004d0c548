namespace Sida.Engine.Models;

/// <summary>The demonstration model that comes with the program.</summary>
public static class BundledModel
{
    /// <summary>The name of its package folder.</summary>
    public const string Id = "sida-nano";

    /// <summary>Where it lies, from the program's folder or the repository's root.</summary>
    public const string RelativePath = $"models/{Id}";

    /// <summary>How far above the program a repository may begin: bin/Release/net10.0 lies four below it.</summary>
    private const int MaxSteps = 6;

    /// <summary>Looks beside the program, then in the repository that it was built in.</summary>
    /// <returns>The package folder; null when there is none.</returns>
    public static string? Find() => Find(AppContext.BaseDirectory);

    internal static string? Find(string start)
    {
        DirectoryInfo? folder = new(start);
        for (int step = 0; folder is not null && step < MaxSteps; step++, folder = folder.Parent)
        {
            string package = Path.Combine(folder.FullName, "models", Id);
            bool isOurs = step == 0 || File.Exists(Path.Combine(folder.FullName, "Sida.sln"));
            if (isOurs && File.Exists(Path.Combine(package, ModelManifest.FileName)))
            {
                return package;
            }
        }

        return null;
    }
}
