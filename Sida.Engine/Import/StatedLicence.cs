namespace Sida.Engine.Import;

/// <summary>The licence that a HuggingFace folder states in the front matter of its README.md, or in a LICENSE file.</summary>
internal static class StatedLicence
{
    private const string NotStated = "not stated by the source";
    private const int MostLines = 200;
    private const int LongestName = 100;

    /// <summary>Reads the licence's name; never fails, since a missing README is common.</summary>
    public static string Read(string folder)
    {
        string readme = Path.Combine(folder, "README.md");
        if (File.Exists(readme))
        {
            string[] lines = [.. File.ReadLines(readme).Take(MostLines)];
            string? name = lines is ["---", ..] ? lines.Skip(1).TakeWhile(line => line != "---").Select(Value).FirstOrDefault(value => value is not null) : null;
            if (name is { Length: > 0 and <= LongestName })
            {
                return name;
            }
        }

        string? file = Directory.EnumerateFiles(folder, "LICENSE*").Order(StringComparer.Ordinal).FirstOrDefault();
        return file is null ? NotStated : $"see {Path.GetFileName(file)} of the source";
    }

    private static string? Value(string line)
    {
        const string Key = "license:";
        return line.StartsWith(Key, StringComparison.Ordinal) ? line[Key.Length..].Trim().Trim('"', '\'') : null;
    }
}
