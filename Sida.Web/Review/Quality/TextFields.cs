using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Quality;

/// <summary>How alike two explanations are, field by field of the official grammar.</summary>
internal static class TextFields
{
    private static readonly (string Name, ExplanationSection[] Sections)[] Fields =
    [
        ("opening", [ExplanationSection.Opening]),
        ("type", [ExplanationSection.Type]),
        ("areas", [ExplanationSection.Areas]),
        ("tamperedContent", [ExplanationSection.TamperedContent]),
        ("inconsistencies", [ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency, ExplanationSection.Authenticity]),
        ("finalAssessment", [ExplanationSection.FinalAssessment]),
    ];

    /// <summary>Similarity 0..1 of each field that at least one of them has.</summary>
    public static IReadOnlyDictionary<string, double> Compare(string first, string second)
    {
        (Explanation a, Explanation b) = (Explanation.Parse(first), Explanation.Parse(second));
        Dictionary<string, double> similarities = [];
        foreach ((string name, ExplanationSection[] sections) in Fields)
        {
            (string ofFirst, string ofSecond) = (TextOf(a, sections), TextOf(b, sections));
            if (ofFirst.Length + ofSecond.Length > 0)
            {
                similarities[name] = EditDistance.Similarity(ofFirst, ofSecond);
            }
        }

        return similarities;
    }

    private static string TextOf(Explanation explanation, ExplanationSection[] sections) =>
        string.Join('\n', explanation.Entries.Where(entry => sections.Contains(entry.Section)).Select(entry => entry.Tag is null ? entry.Text : $"<{entry.Tag}> {entry.Text}"));
}
