using System.Text.RegularExpressions;

namespace Sida.Web.Tests;

/// <summary>What the build's analyzers and `dotnet format whitespace` leave unchecked: the order of using directives.</summary>
public sealed partial class SourceOrderTests
{
    [Fact]
    public void Usings_are_in_order_System_first()
    {
        string[] unsorted = [.. from path in Sources()
                                let names = Names(path)
                                where !names.SequenceEqual(names.OrderBy(name => !IsSystem(name)).ThenBy(name => name, StringComparer.OrdinalIgnoreCase))
                                select $"{Path.GetRelativePath(TestFixtures.Repository, path)}: {string.Join(", ", names)}"];
        Assert.Empty(unsorted);
    }

    private static IEnumerable<string> Sources() =>
        from project in Directory.EnumerateFiles(TestFixtures.Repository, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
        let folder = Path.GetDirectoryName(project)!
        from path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)
        where parts[0] is not ("bin" or "obj")
        select path;

    /// <summary>The namespaces of a file's plain using directives, before its first declaration.</summary>
    private static string[] Names(string path) =>
        [.. File.ReadLines(path).TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal)).Select(line => UsingDirective().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?:global )?using (?!static )([\w.]+);\s*$")]
    private static partial Regex UsingDirective();
}
