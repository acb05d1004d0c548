using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Sida.Engine.Import.Hub;

/// <summary>The name of a model on the hub.</summary>
/// <param name="Owner">User or organisation.</param>
/// <param name="Name">The repository's own name.</param>
/// <param name="Revision">Branch, tag or commit.</param>
internal sealed partial record HubModelId(string Owner, string Name, string Revision)
{
    /// <summary>The branch taken when none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>`owner/name`.</summary>
    public string Repository => $"{Owner}/{Name}";

    /// <summary>Reads `owner/name` or `owner/name@revision`.</summary>
    /// <returns>False when the text has another form, as the path of a folder usually has.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubModelId? id)
    {
        Match match = Form().Match(text);
        string revision = match.Groups["revision"] is { Success: true } named ? named.Value : DefaultRevision;
        id = match.Success && !text.Contains("..", StringComparison.Ordinal) && revision[^1] != '/'
            ? new HubModelId(match.Groups["owner"].Value, match.Groups["name"].Value, revision)
            : null;
        return id is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Revision == DefaultRevision ? Repository : $"{Repository}@{Revision}";

    // The hub's own rules: letters, digits, "-", "_" and ".", not beginning with a dot or dash; revisions may have slashes (refs/pr/1).
    [GeneratedRegex(@"\A(?<owner>[A-Za-z0-9_][A-Za-z0-9._-]{0,95})/(?<name>[A-Za-z0-9_][A-Za-z0-9._-]{0,95})(@(?<revision>[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
