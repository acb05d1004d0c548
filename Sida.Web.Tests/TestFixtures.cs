using System.Runtime.CompilerServices;

namespace Sida.Web.Tests;

/// <summary>Golden results of the official code: a part lives in the project, the whole set may lie beside it.</summary>
internal static class TestFixtures
{
    /// <summary>The folder of the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>What the project carries itself.</summary>
    public static string Bundled { get; } = Path.Combine(Repository, "Sida.Web.Tests", "Fixtures");

    /// <summary>The whole set, or null on a clone without it.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A bundled path, or the same path in the whole set; skips the calling test, saying so, where neither has it.</summary>
    public static string Find(params string[] parts)
    {
        string relative = Path.Combine(parts);
        string bundled = Path.Combine(Bundled, relative);
        if (Path.Exists(bundled))
        {
            return bundled;
        }

        string? shared = Shared is null ? null : Path.Combine(Shared, relative);
        Assert.SkipWhen(shared is null, $"SKIPPED: {relative} is not part of the project and ../shared/fixtures is absent.");
        Assert.True(Path.Exists(shared), $"{relative} is missing in {Shared}.");
        return shared!;
    }

    private static string? FindShared()
    {
        string path = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "fixtures"));
        return Directory.Exists(path) ? path : null;
    }

    private static string FindRepository([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(Path.GetDirectoryName(thisFile)!)!;
}
