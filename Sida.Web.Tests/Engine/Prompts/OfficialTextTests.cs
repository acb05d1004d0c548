using System.Diagnostics;
using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Tokenization;

namespace Sida.Web.Tests.Engine.Prompts;

public class OfficialTextTests
{
    [Fact]
    public void Clean_up_is_the_official_one()
    {
        JsonElement[] items = [.. TokenizerGolden.Json(TestFixtures.Find("tokenizer_gold", "postprocess.json")).EnumerateArray()];
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            string joined = OfficialText.Join(item.GetProperty("text").GetString()!);
            Assert.Equal(item.GetProperty("replaced").GetString(), joined);
            Assert.Equal(item.GetProperty("final_desc").GetString(), OfficialText.RemoveRepeatedTags(joined));
        });
    }

    /// <summary>Expected texts: the official function, run.</summary>
    [Theory]
    [InlineData("<>a<b>c", "<>a<b>c")]
    [InlineData("x<<a>b<a>b", "x<<a>b<a>b")]
    [InlineData("<a><b>x<a>y", "<a><b>x<a>y")]
    [InlineData("<b><a>y<b>z<a>\u001cy", "<b><a>y<b>z")]
    [InlineData("t<b>z<b>z<", "t<b>z")]
    public void Odd_tags_are_treated_as_officially(string text, string expected) => Assert.Equal(expected, OfficialText.RemoveRepeatedTags(text));

    [Theory]
    [InlineData("<")]
    [InlineData("<a")]
    [InlineData("<>")]
    [InlineData("<a>")]
    [InlineData("<a>b")]
    [InlineData(">")]
    public void Long_texts_take_no_longer_than_their_length(string fragment)
    {
        string text = string.Concat(Enumerable.Repeat(fragment, 200_000));
        Stopwatch clock = Stopwatch.StartNew();
        Assert.InRange(OfficialText.RemoveRepeatedTags(text + "<z>" + text).Length, 1, 2 * text.Length + 3);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void Canned_replies_have_the_official_ids_and_text_in_the_real_vocabulary()
    {
        TokenizerGolden golden = TokenizerGolden.Read("llama", "checkpoint_legacy");
        OfficialReply reply = new(golden.Tokenizer, ResponseMode.Canonical);
        Assert.Equal(3, golden.CannedItems.Length);
        foreach ((GoldenItem item, int index) in golden.CannedItems.Select((item, index) => (item, index)))
        {
            Assert.Equal(item.Text, OfficialReply.CannedSentence((Verdict)index));
            Assert.Equal(item.Ids, reply.ReturnedTokens([1], [5], (Verdict)index));
            Assert.Equal(OfficialText.Join(item.Decoded!), reply.Text([1], [5], (Verdict)index));
        }
    }

    [Fact]
    public void Without_a_class_prompt_and_answer_are_printed()
    {
        LlamaTokenizer tokenizer = TokenizerGolden.Tiny;
        int[] prompt = tokenizer.EncodeWithImage("a<image>b");
        int[] answer = [.. tokenizer.EncodeContinuation("two  lines\nhere"), tokenizer.EosId];
        Assert.Equal("<s> a b two lineshere</s>", new OfficialReply(tokenizer, ResponseMode.Canonical).Text(prompt, answer, null));
    }

    [Fact]
    public void The_sentence_for_people_promises_a_mask_only_if_there_is_one()
    {
        Assert.Contains("mask", VerdictSentence.For(Verdict.Tampered, maskProduced: true), StringComparison.Ordinal);
        Assert.DoesNotContain("mask", VerdictSentence.For(Verdict.Tampered, maskProduced: false), StringComparison.Ordinal);
        Assert.All(Enum.GetValues<Verdict>(), verdict => Assert.DoesNotContain("[", VerdictSentence.For(verdict, true), StringComparison.Ordinal));
    }
}
