using System.Text.RegularExpressions;

namespace Sida.Engine.Language.Prompts;

/// <summary>
/// The grammar of SIDA's explanations, read tolerantly: <c>Heading: {text} &lt;tag&gt; text &lt;tag&gt; text</c>, headings in any case
/// and anywhere in the text, braces optional. A tag that belongs to one heading only goes there, whatever heading stands before it.
/// </summary>
internal static partial class ExplanationGrammar
{
    private const string Headings = "Type|Areas?|Tampered Content|Visual Inconsistenc(?:y|ies)|Consistency|Authenticity|Final Assessment";

    private static readonly Dictionary<string, ExplanationSection[]> Homes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tampered position"] = [ExplanationSection.Areas],
        ["types of objects or parts"] = [ExplanationSection.TamperedContent],
        ["lighting"] = [ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency],
        ["edges"] = [ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency],
        ["resolution"] = [ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency],
        ["shadows"] = [ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency],
        ["material properties"] = [ExplanationSection.Consistency, ExplanationSection.VisualInconsistencies],
        ["perspective"] = [ExplanationSection.Consistency, ExplanationSection.VisualInconsistencies],
        ["natural imperfections"] = [ExplanationSection.Authenticity],
        ["environmental interaction"] = [ExplanationSection.Authenticity],
        ["temporal consistency"] = [ExplanationSection.Authenticity],
        ["cultural"] = [ExplanationSection.Authenticity],
        ["dynamic range"] = [ExplanationSection.Authenticity],
    };

    public static bool IsKnownTag(string tag) => Homes.ContainsKey(tag);

    public static List<ExplanationEntry> Parse(string text)
    {
        OrderedDictionary<ExplanationEntry, bool> entries = [];
        ExplanationSection section = ExplanationSection.Opening;
        string? tag = null;
        int start = 0;
        text = Marker().Replace(text, " ");
        foreach (Match boundary in Boundary().Matches(text))
        {
            Add(entries, section, tag, text[start..boundary.Index]);
            start = boundary.Index + boundary.Length;
            if (boundary.Groups["tag"].Success)
            {
                tag = Tidy(boundary.Groups["tag"].Value);
            }
            else
            {
                section = SectionOf(boundary.Groups["heading"].Value);
                tag = null;
            }
        }

        Add(entries, section, tag, text[start..]);
        return [.. entries.Keys];
    }

    private static void Add(OrderedDictionary<ExplanationEntry, bool> entries, ExplanationSection section, string? tag, string text)
    {
        if (tag is not null && Homes.TryGetValue(tag, out ExplanationSection[]? homes) && !homes.Contains(section))
            section = homes[0];

        string tidy = Tidy(Braces().Replace(text, ""));
        ExplanationEntry entry = new(section, tag, tidy);
        if (tidy.Length > 0 || tag is not null)
            entries.TryAdd(entry, true);
    }

    private static ExplanationSection SectionOf(string heading) => char.ToLowerInvariant(heading[0]) switch
    {
        'v' => ExplanationSection.VisualInconsistencies,
        'c' => ExplanationSection.Consistency,
        'f' => ExplanationSection.FinalAssessment,
        'a' when heading.StartsWith("area", StringComparison.OrdinalIgnoreCase) => ExplanationSection.Areas,
        'a' => ExplanationSection.Authenticity,
        't' when heading.StartsWith("type", StringComparison.OrdinalIgnoreCase) => ExplanationSection.Type,
        _ => ExplanationSection.TamperedContent,
    };

    private static string Tidy(string text) => WhiteSpace().Replace(text, " ").Trim();

    /// <summary>Tokens that may stand in raw text; where the vocabulary lacks [END], models write it out, also in lower case.</summary>
    [GeneratedRegex(@"\[(?:CLS|SEG|END)\]|</?s>|<unk>|<im_(?:start|end)>|<image>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marker();

    /// <summary>
    /// A heading with its colon: capitalised anywhere, in any case where a sentence or line begins (so that "in two areas:" is none).
    /// Or a tag: a letter and then letters, digits and a few signs (so that "5 &lt; 6 and 7 &gt; 3" is none).
    /// </summary>
    [GeneratedRegex(
        @"\b(?<heading>" + Headings + @") ?:|(?<=(?:^|[.!?;>}\]\n])\s{0,4})(?<heading>(?i:" + Headings + @")) ?:|<(?<tag>[A-Za-z][A-Za-z0-9 ,/&'_-]{0,79})>",
        RegexOptions.CultureInvariant)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"[{}]")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
