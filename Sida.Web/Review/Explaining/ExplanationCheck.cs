using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Explaining;

/// <summary>What is to be said about an explanation before it becomes training data.</summary>
/// <param name="Problems">What to mend, most important first; empty when it is fine.</param>
/// <param name="Tokens">How long it is for the model.</param>
/// <param name="IsEstimate">Whether no tokenizer was there to count with.</param>
public sealed record ExplanationCheck(IReadOnlyList<ExplanationProblem> Problems, int Tokens, bool IsEstimate)
{
    /// <summary>The room that training leaves for the text: 769 text tokens, less the question and the class. Source: the official data set code.</summary>
    public const int MaxTokens = 700;

    /// <summary>Looks at sentences in fields.</summary>
    public static ExplanationCheck Of(IReadOnlyList<Statement> statements, Verdict? verdict, TokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        IReadOnlyList<Statement> said = ExplanationText.Said(statements);
        string text = ExplanationText.Write(said, verdict);
        (int tokens, bool isEstimate) = counter.Count(text);
        List<ExplanationProblem> problems = [];
        if (tokens > MaxTokens)
        {
            problems.Add(new("It has {0} tokens; training cuts it after {1}. Shorten it.", [tokens, MaxTokens]));
        }

        IReadOnlyList<ExplanationEntry> read = Explanation.Parse(text).Entries;
        if (!read.Select(entry => (entry.Section, entry.Tag, entry.Text)).SequenceEqual(said.Select(one => (one.Section, one.Tag, one.Text))))
        {
            problems.Add(new("A sentence contains a heading of the grammar, such as “Type:”. Write it without the colon.", []));
        }

        if (verdict is { } known)
        {
            problems.AddRange(Missing(said, known));
        }

        return new ExplanationCheck(problems, tokens, isEstimate);
    }

    private static IEnumerable<ExplanationProblem> Missing(IReadOnlyList<Statement> said, Verdict verdict)
    {
        if (said.Count == 0)
        {
            yield return new("There is no explanation yet. Training for explanations leaves the item out.", []);
            yield break;
        }

        string? type = said.FirstOrDefault(one => one.Section == ExplanationSection.Type)?.Text;
        if (type is null)
        {
            yield return new("The type is missing.", []);
        }
        else if (!Fits(type, verdict))
        {
            yield return new("The type says “{0}”, which is not the verdict.", [type]);
        }

        bool Has(params ExplanationSection[] sections) => said.Any(one => sections.Contains(one.Section));
        if (verdict == Verdict.Tampered && !Has(ExplanationSection.Areas))
        {
            yield return new("Say where it was tampered with.", []);
        }

        if (verdict == Verdict.Tampered && !Has(ExplanationSection.TamperedContent))
        {
            yield return new("Say what was changed.", []);
        }

        if (!Has(ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency, ExplanationSection.Authenticity))
        {
            yield return new("Say what one can see it by, at least once.", []);
        }

        if (verdict != Verdict.Tampered && Has(ExplanationSection.Areas, ExplanationSection.TamperedContent))
        {
            yield return new("Only a tampered picture has places and changed things; remove them.", []);
        }
    }

    private static bool Fits(string type, Verdict verdict) => verdict switch
    {
        Verdict.Real => type.Contains("real", StringComparison.OrdinalIgnoreCase),
        Verdict.FullSynthetic => type.Contains("synthetic", StringComparison.OrdinalIgnoreCase),
        _ => type.Contains("tampered", StringComparison.OrdinalIgnoreCase),
    };
}

/// <summary>One thing to mend, as a text with places for numbers and quotes, so that it can be translated.</summary>
public sealed record ExplanationProblem(string Text, object[] Arguments);
