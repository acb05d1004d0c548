using System.Text.RegularExpressions;

namespace Sida.Web.Tests.Engine;

/// <summary>The rooms of the engine and which may know which; docs/architecture.md draws the same picture.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Imaging"] = [],
        ["Models"] = [],
        ["Language"] = ["Models"],
        ["Vision"] = ["Models"],
        ["Analysis"] = ["Imaging", "Language", "Models", "Vision"],
        ["Import"] = ["Imaging", "Language", "Models", "Vision"],
        ["Evaluation"] = ["Analysis", "Imaging", "Language", "Models", "Vision"],
    };

    [Fact]
    public void Every_room_knows_only_the_rooms_it_may_know()
    {
        List<string> violations = [];
        foreach ((string room, string path) in EngineFiles())
        {
            Assert.True(MayKnow.ContainsKey(room), $"{path}: a new room; say here which others it may know.");
            IEnumerable<string> known = RoomName().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value).Distinct();
            violations.AddRange(known
                .Where(other => other != room && MayKnow.ContainsKey(other) && !MayKnow[room].Contains(other))
                .Select(other => $"{Path.GetRelativePath(TestFixtures.Repository, path)} ({room}) uses {other}"));
        }

        Assert.Empty(violations);
    }

    [Fact]
    public void The_engine_knows_neither_the_web_nor_the_command_line()
    {
        Assert.DoesNotContain(EngineFiles(), file => OuterName().IsMatch(File.ReadAllText(file.Path)));
    }

    [Fact]
    public void Only_interop_folders_import_native_functions()
    {
        IEnumerable<string> offenders = EngineFiles()
            .Where(file => NativeImport().IsMatch(File.ReadAllText(file.Path)))
            .Select(file => file.Path)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}Interop{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Empty(offenders);
    }

    private static IEnumerable<(string Room, string Path)> EngineFiles()
    {
        string engine = Path.Combine(TestFixtures.Repository, "Sida.Engine");
        return from path in Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
               let parts = Path.GetRelativePath(engine, path).Split(Path.DirectorySeparatorChar)
               where parts.Length > 1 && parts[0] is not ("bin" or "obj")
               select (parts[0], path);
    }

    [GeneratedRegex(@"Sida\.Engine\.([A-Z]\w+)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"Sida\.(Web|Cli)|Microsoft\.AspNetCore|Microsoft\.EntityFrameworkCore")]
    private static partial Regex OuterName();

    [GeneratedRegex(@"\[(LibraryImport|DllImport)|delegate\* unmanaged|NativeLibrary\.")]
    private static partial Regex NativeImport();
}
