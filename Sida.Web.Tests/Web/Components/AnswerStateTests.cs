using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Components.Chat;
using Sida.Web.Components.Shared;
using Sida.Web.Data.Entities;
using Sida.Web.Models;
using Sida.Web.Tests.Browser;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Components;

/// <summary>Every state that the parts of an answer can be in, drawn without a browser.</summary>
public sealed class AnswerStateTests
{
    private static readonly AnalysisSnapshot Answer = new()
    {
        Id = Guid.NewGuid(),
        QuestionId = Guid.NewGuid(),
        PictureId = Guid.NewGuid(),
        Model = "alpha",
        Prompt = "Real?",
        State = AnalysisState.Finished,
        CreatedAt = DateTimeOffset.UtcNow,
        Verdict = Verdict.Real,
        Text = "The image is real.",
    };

    [Theory]
    [InlineData(9f, 0f, 0f, "very sure", false)]
    [InlineData(1.8f, 0f, 0f, "fairly sure", false)]
    [InlineData(0.3f, 0f, 0.2f, "unsure: it could also be tampered", true)]
    [InlineData(0.3f, 0.2f, 0f, "unsure: it could also be fully synthetic", true)]
    public async Task A_verdict_says_in_words_how_sure_it_is(float real, float synthetic, float tampered, string words, bool pale)
    {
        Dictionary<string, object?> card = Of(("Verdict", (Verdict?)Verdict.Real), ("Probabilities", ClassProbabilities.FromLogits([real, synthetic, tampered])));
        Assert.StartsWith($"Real {words} Real ", await Drawn.TextAsync<VerdictCard>(card), StringComparison.Ordinal);
        Assert.Equal(pale, (await Drawn.HtmlAsync<VerdictCard>(card)).Contains("unsure\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_verdict_is_called_that() =>
        Assert.StartsWith("No verdict The model gave no verdict", await Drawn.TextAsync<VerdictCard>(Of(("Verdict", null))), StringComparison.Ordinal);

    [Fact]
    public async Task Verdicts_have_a_shape_and_a_word_each()
    {
        HashSet<string> shapes = [];
        foreach ((Verdict? verdict, string word) in new (Verdict?, string)[] { (Verdict.Real, "Real"), (Verdict.FullSynthetic, "Fully synthetic"), (Verdict.Tampered, "Tampered"), (null, "No verdict") })
        {
            string html = await Drawn.HtmlAsync<VerdictMark>(Of(("Verdict", verdict)));
            Assert.Contains($"aria-label=\"{word}\"", html, StringComparison.Ordinal);
            shapes.Add(html[html.IndexOf('>', StringComparison.Ordinal)..]);
        }

        Assert.Equal(4, shapes.Count);
    }

    [Fact]
    public async Task Flags_say_what_is_wrong()
    {
        Assert.Equal("", await FlagsAsync(Answer));
        Assert.Contains("marked no region", await FlagsAsync(Answer with { Verdict = Verdict.Tampered }), StringComparison.Ordinal);
        Assert.Contains("it is empty", await FlagsAsync(Answer with { Verdict = Verdict.Tampered, Masks = [Mask(0, null)] }), StringComparison.Ordinal);
        Assert.Equal("", await FlagsAsync(Answer with { Verdict = Verdict.Tampered, Masks = [Mask(10, MaskPlace.Centre)] }));
        Assert.Equal("The server was restarted in the middle of this answer. Retry", await FlagsAsync(Answer with { State = AnalysisState.Interrupted }));
        Assert.Equal(ModelNotice.Demonstration, await FlagsAsync(Answer with { Model = "sida-nano" }));
        Assert.Equal(StandIn.Warning, await FlagsAsync(Answer with { Model = StandIn.Id }));
        Assert.Equal("The model is broken. Retry", await FlagsAsync(Answer with { State = AnalysisState.Failed, FailureMessage = "The model is broken." }));
    }

    [Fact]
    public async Task Waiting_says_what_for()
    {
        AnalysisSnapshot waiting = Answer with { State = AnalysisState.Queued };
        Assert.StartsWith("Number 3 in the queue", await ProgressAsync(waiting with { QueuePosition = 3 }), StringComparison.Ordinal);
        Assert.StartsWith("Next in the queue", await ProgressAsync(waiting with { QueuePosition = 1 }), StringComparison.Ordinal);
        string stages = await ProgressAsync(waiting with { State = AnalysisState.Running, Stages = [new StageTime(WorkStage.Looking, 100), new StageTime(WorkStage.Locating, 1300)] });
        Assert.StartsWith("Finding the region", stages, StringComparison.Ordinal);
        Assert.EndsWith("Looking 1.2 s", stages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explanations_are_taken_apart_and_other_text_stays_as_it_is()
    {
        string told = await Drawn.TextAsync<AnswerText>(Of(("Text", string.Concat(Scenery.Tampered.Words))));
        Assert.Contains("Where the blue ball, lower right, in front of the other balls.", told, StringComparison.Ordinal);
        Assert.Contains("What gives it away lighting its highlight", told, StringComparison.Ordinal);
        Assert.Contains("Conclusion the blue ball was pasted into the picture.", told, StringComparison.Ordinal);
        const string hostile = "<script>alert(1)</script> & <b>bold</b>";
        string html = await Drawn.HtmlAsync<AnswerText>(Of(("Text", hostile), ("IsBusy", true)));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0.0 % of the picture")]
    [InlineData(1, "less than 0.1 % of the picture, lower right")]
    [InlineData(460, "4.6 % of the picture, lower right")]
    public void Masks_are_told_in_words(long pixels, string words) => Assert.Equal(words, MaskWords.Of(Mask(pixels, pixels == 0 ? null : MaskPlace.LowerRight)));

    [Fact]
    public async Task Steps_end_at_both_ends()
    {
        Assert.Equal(1, Count(await Drawn.HtmlAsync<Stepper>(Of(("Of", "Answer"), ("Number", 0), ("Count", 2))), " disabled"));
        Assert.Equal(2, Count(await Drawn.HtmlAsync<Stepper>(Of(("Of", "Answer"), ("Number", 0), ("Count", 1))), " disabled"));
    }

    private static MaskView Mask(long pixels, MaskPlace? place) => new(0, 100, 100, pixels, null, place, null, "/m.png", "/o.jpg");

    private static Task<string> FlagsAsync(AnalysisSnapshot answer) => Drawn.TextAsync<AnswerFlags>(Of(("Snapshot", answer)));

    private static Task<string> ProgressAsync(AnalysisSnapshot answer) => Drawn.TextAsync<StageProgress>(Of(("Snapshot", answer)));

    private static Dictionary<string, object?> Of(params (string Name, object? Value)[] parameters) => parameters.ToDictionary(one => one.Name, one => one.Value);

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
