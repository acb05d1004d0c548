using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Components.Review;
using Sida.Web.Models;
using Sida.Web.Review.Explaining;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Explanations in fields: what is written is read back as it was.</summary>
public sealed class ExplanationTextTests : IDisposable
{
    private const string Official = "Type: {part tampered} Areas: <tampered position> The lower right. Tampered Content: <types of objects or parts> A ball. "
        + "Visual Inconsistencies: <lighting> Too bright. <edges> A rim.";

    private const string OfficialSynthetic = "Type: synthetic Consistency: <lighting> Even. Authenticity: <natural imperfections> None. Final Assessment: The given image is {synthetic} based on above analysis.";

    private static readonly string[] Words = ["the", "blue", "ball", "has", "no", "shadow,", "its", "rim", "is", "bright.", "5", "§", "äöü", "“quoted”"];

    private readonly SidaServer _server = new();

    private TokenCounter Counter => new(_server.Services.GetRequiredService<ModelFolders>());

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(Official, Verdict.Tampered)]
    [InlineData(OfficialSynthetic, Verdict.FullSynthetic)]
    public void Official_texts_are_written_as_they_were_read(string text, Verdict verdict) =>
        Assert.Equal(text, ExplanationText.Write(ExplanationText.Read(text), verdict));

    [Fact]
    public void Any_sentences_in_any_order_are_read_back_as_they_were_said()
    {
        Gen<Statement> sentence =
            from kind in Gen.Elements(Kinds())
            from count in Gen.Choose(0, 8)
            from words in Gen.ArrayOf(Gen.Elements(Words), count)
            select Statement.Of(kind.Section, kind.Tag, string.Join(' ', words));
        Prop.ForAll(
            Gen.ListOf(sentence, 12).ToArbitrary(),
            sentences =>
            {
                IReadOnlyList<Statement> said = ExplanationText.Said(sentences);
                IReadOnlyList<ExplanationEntry> read = Explanation.Parse(ExplanationText.Write(sentences, Verdict.Tampered)).Entries;
                return said.Select(one => (one.Section, one.Tag, one.Text)).SequenceEqual(read.Select(one => (one.Section, one.Tag, one.Text)));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Signs_of_the_grammar_inside_a_sentence_do_not_break_it()
    {
        Statement sentence = Statement.Of(ExplanationSection.VisualInconsistencies, "edges", "a <b> {c}  rim");
        Assert.Equal("Visual Inconsistencies: <edges> a b c rim", ExplanationText.Write([sentence], Verdict.Tampered));
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        Assert.Empty(ExplanationCheck.Of(ExplanationText.Read(Official), Verdict.Tampered, Counter).Problems);
        Assert.Contains(ExplanationCheck.Of(ExplanationText.Read(Official), Verdict.Real, Counter).Problems, problem => problem.Text.Contains("not the verdict", StringComparison.Ordinal));
        Assert.Equal(4, ExplanationCheck.Of([Statement.Of(ExplanationSection.Opening, null, "A picture.")], Verdict.Tampered, Counter).Problems.Count);
        Statement sneaky = Statement.Of(ExplanationSection.VisualInconsistencies, "edges", "Wrong. Type: real");
        Assert.Contains(ExplanationCheck.Of([sneaky], null, Counter).Problems, problem => problem.Text.Contains("without the colon", StringComparison.Ordinal));
        Statement endless = Statement.Of(ExplanationSection.VisualInconsistencies, "edges", string.Join(' ', Enumerable.Repeat("rim", 1000)));
        Assert.Contains(ExplanationCheck.Of([endless], null, Counter).Problems, problem => problem.Text.Contains("Shorten", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_goes_on_with_what_the_browser_kept()
    {
        AnnotationDraft draft = AnnotationDraft.From(new Sida.Web.Review.Annotation { Verdict = Verdict.Tampered, Explanation = Official, Reasons = ["pasted"] });
        EditorFields kept = draft.ToFields();
        Assert.Equal(5, kept.Keys.Count);
        // The browser noted letters that the page never saw.
        kept = kept with { Texts = new Dictionary<string, string>(kept.Texts) { [kept.Keys[1]] = "The upper left." } };
        AnnotationDraft again = AnnotationDraft.From(kept);
        Assert.Equal(Official.Replace("The lower right.", "The upper left.", StringComparison.Ordinal), again.Explanation);
        Assert.Equal(kept.Keys, again.ToFields().Keys);
        Assert.Equal(["pasted"], again.Reasons);
    }

    [Fact]
    public void A_type_that_only_repeats_the_verdict_follows_it()
    {
        AnnotationDraft draft = AnnotationDraft.From(new Sida.Web.Review.Annotation { Verdict = Verdict.Tampered, Explanation = Official });
        draft.Choose(Verdict.FullSynthetic);
        Assert.StartsWith("Type: synthetic", draft.Explanation, StringComparison.Ordinal);
    }

    private static (ExplanationSection Section, string? Tag)[] Kinds() =>
    [
        (ExplanationSection.Type, null), (ExplanationSection.Areas, StatementKinds.Position), (ExplanationSection.TamperedContent, StatementKinds.Objects), (ExplanationSection.FinalAssessment, null),
        .. StatementKinds.For(Verdict.Tampered).Select(kind => (kind.Section, (string?)kind.Tag)), .. StatementKinds.For(Verdict.Real).Select(kind => (kind.Section, (string?)kind.Tag)),
    ];
}
