using System.Diagnostics;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Tests.Engine.Prompts;

public class ExplanationTests
{
    [Fact]
    public void A_tampered_answer_is_taken_apart()
    {
        GoldenCase golden = GoldenCase.Read("desc-tampered-fig1");
        Explanation explanation = Explanation.Parse(golden.RawGenerated);
        Assert.Equal("The image is tampered.", explanation.Opening);
        Assert.Equal("part tampered", explanation.Type);
        Assert.Equal(new ExplanationEntry(ExplanationSection.Areas, "tampered position", "The left half."), Assert.Single(explanation.Areas));
        Assert.Equal(new ExplanationEntry(ExplanationSection.TamperedContent, "Types of objects or parts", "The sky."), Assert.Single(explanation.TamperedContent));
        Assert.Equal(
            [("lighting", "The light is wrong."), ("edges", "The edges are sharp."), ("shadows", "No shadow")],
            explanation.Inconsistencies.Select(entry => (entry.Tag!, entry.Text)));
        Assert.Empty(explanation.UnknownTags);
        Assert.True(explanation.IsStructured);
    }

    [Fact]
    public void A_synthetic_answer_is_taken_apart()
    {
        Explanation explanation = Explanation.Parse(
            "[CLS] The image is full synthetic Type: synthetic Consistency: <lighting>even <perspective>flat Authenticity: <cultural>mixed <dynamic range>low "
            + "Final Assessment: The given image is {synthetic} based on above analysis. [END]</s>");
        Assert.Equal("synthetic", explanation.Type);
        Assert.Equal(["lighting", "perspective", "cultural", "dynamic range"], explanation.Inconsistencies.Select(entry => entry.Tag));
        Assert.Equal("The given image is synthetic based on above analysis.", explanation.FinalAssessment);
    }

    [Fact]
    public void A_tag_without_its_heading_goes_where_it_belongs()
    {
        Explanation explanation = Explanation.Parse("Type: {full synthetic}  <lighting> flat [END] ");
        Assert.Equal("full synthetic", explanation.Type);
        Assert.Equal(new ExplanationEntry(ExplanationSection.VisualInconsistencies, "lighting", "flat"), Assert.Single(explanation.Inconsistencies));
    }

    [Fact]
    public void Unknown_tags_keep_their_order_and_case_does_not_matter()
    {
        Explanation explanation = Explanation.Parse("type: real\nVISUAL INCONSISTENCIES? no.\nvisual inconsistencies : <Texture> a <LIGHTING> b <Moiré> c <noise> d [end].");
        Assert.Equal("real", explanation.Type![..4]);
        Assert.Equal(["Texture", "noise"], explanation.UnknownTags.Select(entry => entry.Tag));
        Assert.Equal(["Texture", "LIGHTING", "noise"], explanation.Inconsistencies.Select(entry => entry.Tag));
        Assert.Equal("b <Moiré> c", explanation.Inconsistencies.ElementAt(1).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  [CLS] </s>")]
    [InlineData("It is a real photo.")]
    [InlineData("There are two areas: the sky and 5 < 6 and 7 > 3. In all, no type of edit.")]
    public void Free_prose_stays_in_one_piece(string text)
    {
        Explanation explanation = Explanation.Parse(text);
        Assert.False(explanation.IsStructured);
        Assert.Equal(text.Replace("[CLS]", "", StringComparison.Ordinal).Replace("</s>", "", StringComparison.Ordinal).Trim(), explanation.Opening ?? "");
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<a>")]
    [InlineData("Type: ")]
    [InlineData("Type:{")]
    [InlineData("visual inconsistencies ")]
    [InlineData(" ")]
    [InlineData("<lighting> x")]
    public void Long_texts_are_parsed_at_once(string fragment)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Explanation explanation = Explanation.Parse(string.Concat(Enumerable.Repeat(fragment, 100_000 / fragment.Length)));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(explanation.Entries.Count, explanation.Entries.Distinct().Count());
    }
}
