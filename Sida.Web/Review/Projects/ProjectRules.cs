using Sida.Engine;
using Sida.Web.Data;

namespace Sida.Web.Review.Projects;

/// <summary>What a project may be.</summary>
internal static class ProjectRules
{
    public const int MaxNameLength = 120;
    public const int MaxGuidelinesLength = 50_000;
    public const int MaxLabels = 50;
    public const int MaxLabelLength = 60;
    public const int MaxMembers = 500;
    public const int MaxOverlap = 5;
    public const double MaxHoneypotShare = 0.5;

    /// <summary>Tidies a draft and refuses what can't be kept.</summary>
    /// <exception cref="RequestException">A field is wrong; the message names it.</exception>
    public static ProjectDraft Check(ProjectDraft draft) => draft with
    {
        Name = OneLine(draft.Name ?? "", "The name", MaxNameLength),
        Guidelines = Guidelines(draft.Guidelines ?? ""),
        Labels = Labels(draft.Labels ?? []),
        Settings = Settings(draft.Settings ?? new ProjectSettings()),
    };

    private static string Guidelines(string text) => StoredText.Check(text, "The guidelines").Length <= MaxGuidelinesLength
        ? text
        : throw new RequestException($"The guidelines have {text.Length} characters; {MaxGuidelinesLength} are allowed.");

    private static List<string> Labels(IReadOnlyList<string> labels) => labels.Count <= MaxLabels
        ? [.. labels.Select(label => OneLine(label ?? "", "A label", MaxLabelLength)).Distinct(StringComparer.OrdinalIgnoreCase)]
        : throw new RequestException($"At most {MaxLabels} labels.");

    private static ProjectSettings Settings(ProjectSettings settings) => settings switch
    {
        { Stages: not (1 or 2) } => throw new RequestException("Stages are 1 (what is submitted counts) or 2 (a reviewer decides)."),
        { Overlap: < 1 or > MaxOverlap } => throw new RequestException($"The overlap is between 1 and {MaxOverlap}."),
        { Overlap: > 1, Stages: 1 } => throw new RequestException("Where several people annotate an item, a reviewer must decide: choose 2 stages, or an overlap of 1."),
        { HoneypotShare: not (>= 0 and <= MaxHoneypotShare) } => throw new RequestException("The honeypot share is between 0 and 0.5."),
        { ReservationMinutes: < 1 or > 1440 } => throw new RequestException("A reservation lasts between 1 and 1440 minutes."),
        _ => settings,
    };

    private static string OneLine(string text, string what, int longest)
    {
        string line = string.Join(' ', StoredText.Check(text, what).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 0 && line.Length <= longest ? line : throw new RequestException($"{what} needs 1 to {longest} characters.");
    }
}
