using System.Text.RegularExpressions;

namespace Sida.Engine.Language.Prompts;

/// <summary>A place where an answer's text says what the picture is.</summary>
/// <param name="Verdict">The class that is stated.</param>
/// <param name="Quote">The words that state it.</param>
public sealed partial record ClassStatement(Verdict Verdict, string Quote)
{
    private const string Classes =
        @"(?:(?<real>real|authentic|genuine)|(?<synthetic>(?:full(?:y)? )?synthetic|(?:ai|artificially|computer)[ -]generated)|(?<tampered>tampered|manipulated|altered))(?![\w-])";

    /// <summary>
    /// The first of an answer's own conclusions that differs from the detection head's class, or null. Conclusions are the
    /// first sentence that says what the picture is ("the image is real", "it has been altered"), the <c>Type</c> field and the
    /// <c>Final Assessment</c>. Denied or open statements ("not real", "whether the image is real") and remarks about parts
    /// of the picture are no conclusions.
    /// </summary>
    /// <param name="text">The answer's text, raw or readable, without the prompt.</param>
    /// <param name="verdict">The class by the detection head.</param>
    public static ClassStatement? FindContradiction(string text, Verdict verdict) => FindAll(text).FirstOrDefault(statement => statement.Verdict != verdict);

    /// <summary>The answer's conclusions, in the order headline, type, final assessment.</summary>
    /// <param name="text">The answer's text, raw or readable, without the prompt.</param>
    public static IReadOnlyList<ClassStatement> FindAll(string text)
    {
        Explanation explanation = Explanation.Parse(text);
        Match type = ClassName().Match(explanation.Type ?? "");
        ClassStatement?[] conclusions =
        [
            FirstIn(string.Join(". ", explanation.Entries.Select(entry => entry.Text))),
            type.Success ? new ClassStatement(VerdictOf(type), $"Type: {explanation.Type}") : null,
            FirstIn(explanation.FinalAssessment ?? ""),
        ];
        return [.. conclusions.OfType<ClassStatement>().Distinct()];
    }

    private static ClassStatement? FirstIn(string text)
    {
        foreach (Match match in Statement().Matches(text))
        {
            int sentence = text.LastIndexOfAny(['.', '!', '?', ';'], match.Index) + 1;
            if (!Doubt().IsMatch(text[sentence..match.Index]))
                return new ClassStatement(VerdictOf(match), match.Value);
        }

        return null;
    }

    private static Verdict VerdictOf(Match match) =>
        match.Groups["real"].Success ? Verdict.Real : match.Groups["synthetic"].Success ? Verdict.FullSynthetic : Verdict.Tampered;

    /// <summary>Subject, verb, words that change nothing about the statement, class.</summary>
    [GeneratedRegex(
        @"\b(?:image|picture|photo|photograph|it|this) (?:is|was|has been|appears|seems|looks|can be)(?: (?:classified|identified|considered|labell?ed|judged|as|to|be|been|a|an|the|likely|probably|clearly|certainly|definitely|entirely|completely|partially|partly|part|indeed)){0,5} "
        + Classes,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^(?:(?:part|partial|partially|partly) )?" + Classes, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();

    /// <summary>Words that, earlier in the sentence, deny the statement, leave it open or narrow it to a part.</summary>
    [GeneratedRegex(@"\b(?:no|none|nothing|neither|never|without|whether|if|part|parts|rest|area|region|portion|section|half|side|not)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Doubt();
}
