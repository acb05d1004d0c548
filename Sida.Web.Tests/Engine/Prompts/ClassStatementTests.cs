using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Tests.Engine.Prompts;

public class ClassStatementTests
{
    [Theory]
    [InlineData("[CLS] The image is real</s>", Verdict.Real)]
    [InlineData("It is a real photo.", Verdict.Real)]
    [InlineData("This picture appears to be authentic.", Verdict.Real)]
    [InlineData("[CLS] The image is full synthetic", Verdict.FullSynthetic)]
    [InlineData("This image is classified as fully synthetic.", Verdict.FullSynthetic)]
    [InlineData("It appears entirely artificially generated.", Verdict.FullSynthetic)]
    [InlineData("The photo was probably AI-generated.", Verdict.FullSynthetic)]
    [InlineData("[CLS] The image is tampered. [SEG]", Verdict.Tampered)]
    [InlineData("It has been altered.", Verdict.Tampered)]
    [InlineData("The image is partially manipulated", Verdict.Tampered)]
    [InlineData("Type: {part tampered} Areas: <tampered position> left", Verdict.Tampered)]
    [InlineData("Type: synthetic Consistency: <lighting> even", Verdict.FullSynthetic)]
    [InlineData("Final Assessment: The given image is {real} based on above analysis.", Verdict.Real)]
    public void A_stated_class_is_recognised_and_contradicts_the_two_others(string text, Verdict stated)
    {
        Assert.All(ClassStatement.FindAll(text), statement => Assert.Equal(stated, statement.Verdict));
        Assert.All(Enum.GetValues<Verdict>(), verdict => Assert.Equal(verdict != stated, ClassStatement.FindContradiction(text, verdict) is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("I can not tell.")]
    [InlineData("The image is not real.")]
    [InlineData("I can not say whether the image is real.")]
    [InlineData("No part of the image is tampered.")]
    [InlineData("The rest of the picture is real.")]
    [InlineData("The image is real-looking.")]
    [InlineData("The image is really sharp.")]
    [InlineData("The tampered area is located on the leg. Real shadows differ.")]
    public void Denials_open_questions_and_parts_state_nothing(string text) =>
        Assert.All(Enum.GetValues<Verdict>(), verdict => Assert.Null(ClassStatement.FindContradiction(text, verdict)));

    [Fact]
    public void The_headline_the_type_and_the_conclusion_are_looked_at()
    {
        const string Text = "The image is tampered. Type: {part tampered} Areas: <tampered position> left. Final Assessment: The given image is {synthetic} based on above analysis.";
        Assert.Equal("image is synthetic", ClassStatement.FindContradiction(Text, Verdict.Tampered)!.Quote);
        Assert.Equal("image is tampered", ClassStatement.FindContradiction(Text, Verdict.Real)!.Quote);
        Assert.Equal("Type: full synthetic", ClassStatement.FindContradiction("The image is real Type: {full synthetic}", Verdict.Real)!.Quote);
    }

    public static TheoryData<string> Names => GoldenCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Recorded_answers_contradict_their_class_only_where_one_reads_it(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        ClassStatement? contradiction = golden.Verdict is Verdict verdict ? ClassStatement.FindContradiction(golden.RawGenerated, verdict) : null;
        string? expected = name switch
        {
            "chat-cls-in-prompt-only" => "It is a real",
            "chat-two-cls" => "image is full synthetic",
            "tf-canned-fig2" => "image is classified as tampered",
            _ => null,
        };
        Assert.Equal(expected, contradiction?.Quote);
    }
}
