namespace Sida.Engine.Language.Prompts;

/// <summary>The headings of the explanations that SIDA-description was trained on (SID_Set_description).</summary>
public enum ExplanationSection
{
    /// <summary>Text before the first heading, usually the class in a sentence.</summary>
    Opening,

    /// <summary>What kind of picture it is.</summary>
    Type,

    /// <summary>Where the tampered region is.</summary>
    Areas,

    /// <summary>What the tampered region shows.</summary>
    TamperedContent,

    /// <summary>What gives the tampering away.</summary>
    VisualInconsistencies,

    /// <summary>How the parts of a synthetic or real picture fit together.</summary>
    Consistency,

    /// <summary>What makes a picture look natural or not.</summary>
    Authenticity,

    /// <summary>The conclusion.</summary>
    FinalAssessment,
}

/// <summary>One statement of an explanation.</summary>
/// <param name="Section">The heading it belongs to.</param>
/// <param name="Tag">What stood in angle brackets before it, or null.</param>
/// <param name="Text">The statement, white space tidied.</param>
public sealed record ExplanationEntry(ExplanationSection Section, string? Tag, string Text);

/// <summary>An explanation taken apart: what a person sees as a list, and an expert corrects field by field.</summary>
/// <param name="Entries">All statements in the order of the text, exact repetitions left out.</param>
public sealed record Explanation(IReadOnlyList<ExplanationEntry> Entries)
{
    /// <summary>What kind of picture it is said to be, braces removed (<c>part tampered</c>), or null.</summary>
    public string? Type => FirstOf(ExplanationSection.Type);

    /// <summary>The conclusion, or null.</summary>
    public string? FinalAssessment => FirstOf(ExplanationSection.FinalAssessment);

    /// <summary>Text before the first heading, or null.</summary>
    public string? Opening => FirstOf(ExplanationSection.Opening);

    /// <summary>Where the tampered region is.</summary>
    public IEnumerable<ExplanationEntry> Areas => Entries.Where(entry => entry.Section == ExplanationSection.Areas);

    /// <summary>What the tampered region shows.</summary>
    public IEnumerable<ExplanationEntry> TamperedContent => Entries.Where(entry => entry.Section == ExplanationSection.TamperedContent);

    /// <summary>What gives the picture away, the tag naming the kind: lighting, edges, resolution, shadows and others.</summary>
    public IEnumerable<ExplanationEntry> Inconsistencies => Entries.Where(entry =>
        entry.Section is ExplanationSection.VisualInconsistencies or ExplanationSection.Consistency or ExplanationSection.Authenticity);

    /// <summary>Statements under tags that the training data doesn't have.</summary>
    public IEnumerable<ExplanationEntry> UnknownTags => Entries.Where(entry => entry.Tag is not null && !ExplanationGrammar.IsKnownTag(entry.Tag));

    /// <summary>Whether the text followed the grammar at all, rather than being free prose.</summary>
    public bool IsStructured => Entries.Any(entry => entry.Section != ExplanationSection.Opening || entry.Tag is not null);

    /// <summary>Takes an answer apart; never fails: what fits no heading is kept where it stands.</summary>
    /// <param name="text">The answer, raw or readable, without the prompt.</param>
    public static Explanation Parse(string text) => new(ExplanationGrammar.Parse(text));

    private string? FirstOf(ExplanationSection section) => Entries.FirstOrDefault(entry => entry.Section == section && entry.Tag is null)?.Text;
}
