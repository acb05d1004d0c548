using System.Text;
using System.Text.RegularExpressions;
using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Explaining;

/// <summary>
/// Sentences to text in the official grammar and back. A link's sentence number counts the entries that
/// <see cref="Explanation.Parse"/> finds in the text, from 0.
/// </summary>
public static partial class ExplanationText
{
    private static readonly ExplanationSection[] Order =
    [
        ExplanationSection.Opening, ExplanationSection.Type, ExplanationSection.Areas, ExplanationSection.TamperedContent,
        ExplanationSection.VisualInconsistencies, ExplanationSection.Consistency, ExplanationSection.Authenticity, ExplanationSection.FinalAssessment,
    ];

    /// <summary>Takes a text apart.</summary>
    public static IReadOnlyList<Statement> Read(string text) => [.. Explanation.Parse(text).Entries.Select(entry => Statement.Of(entry.Section, entry.Tag, entry.Text))];

    /// <summary>
    /// Sentences that say something, in the order of the text, each once: those that get a number.
    /// </summary>
    public static IReadOnlyList<Statement> Said(IEnumerable<Statement> statements) =>
    [
        .. statements.Select(statement => statement with { Text = Tidy(statement.Text) }).Where(statement => statement.Text.Length > 0)
            .OrderBy(statement => Array.IndexOf(Order, statement.Section)).DistinctBy(statement => (statement.Section, statement.Tag, statement.Text)),
    ];

    /// <summary>Writes sentences in the official grammar, as the training data has it.</summary>
    /// <param name="statements">In any order; those without text are left out.</param>
    /// <param name="verdict">The class that the training data puts in braces.</param>
    public static string Write(IEnumerable<Statement> statements, Verdict? verdict)
    {
        StringBuilder text = new();
        ExplanationSection section = ExplanationSection.Opening;
        foreach (Statement statement in Said(statements))
        {
            if (text.Length > 0)
            {
                text.Append(' ');
            }

            // A sentence without a tag would run on from the one before it, were it not for its heading.
            if (statement.Section != section || (statement.Tag is null && section != ExplanationSection.Opening))
            {
                section = statement.Section;
                text.Append(Heading(section)).Append(": ");
            }

            if (statement.Tag is not null)
            {
                text.Append('<').Append(statement.Tag).Append("> ");
            }

            text.Append(statement.Section switch
            {
                ExplanationSection.Type when verdict == Verdict.Tampered => $"{{{statement.Text}}}",
                ExplanationSection.FinalAssessment => GivenImage().Replace(statement.Text, "$1{$2}"),
                _ => statement.Text,
            });
        }

        return text.ToString();
    }

    /// <summary>The heading of a section as the training data writes it.</summary>
    public static string Heading(ExplanationSection section) => section switch
    {
        ExplanationSection.Type => "Type",
        ExplanationSection.Areas => "Areas",
        ExplanationSection.TamperedContent => "Tampered Content",
        ExplanationSection.VisualInconsistencies => "Visual Inconsistencies",
        ExplanationSection.Consistency => "Consistency",
        ExplanationSection.Authenticity => "Authenticity",
        ExplanationSection.FinalAssessment => "Final Assessment",
        _ => "",
    };

    /// <summary>Without the signs that the grammar uses itself, and with single spaces.</summary>
    private static string Tidy(string text) => WhiteSpace().Replace(Signs().Replace(text, ""), " ").Trim();

    [GeneratedRegex(@"[<>{}]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"^(The given image is )([a-z ]{1,40}?)(?= based on)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GivenImage();
}
