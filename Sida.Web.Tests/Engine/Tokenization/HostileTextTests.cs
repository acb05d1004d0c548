using System.Diagnostics;
using Sida.Engine;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Tokenization;

/// <summary>Text from anybody: whatever it is, encoding takes time in proportion to its length.</summary>
public class HostileTextTests
{
    private const int Length = 64 << 10;

    public static TheoryData<string> Fragments =>
        new("a", " ", "▁", "<", "[", "<im_start", "<im_start>", "[CLS]", "[CLS", " [CLS] ", "</s>", "<s", "the ", "tampered", "\ud83d", "🙂", "\0", "\n", "<<s>", "\u3000[SEG]");

    [Theory]
    [MemberData(nameof(Fragments))]
    public void A_long_text_is_encoded_at_once_and_comes_back_whole(string fragment)
    {
        string text = string.Concat(Enumerable.Repeat(fragment, Length / fragment.Length));
        LlamaTokenizer tokenizer = TokenizerGolden.Tiny;
        Stopwatch clock = Stopwatch.StartNew();
        int[] ids = tokenizer.EncodeWithImage(text);
        string decoded = tokenizer.Decode(ids);

        // A quadratic encoder needs minutes for this; the limit leaves room for a busy machine.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.Count - 1));
        Assert.NotEqual("", decoded);
    }

    [Fact]
    public void Text_beyond_the_limit_is_refused()
    {
        string text = new('a', LlamaTokenizer.MaxTextLength + 1);
        Assert.Contains("shorten", Assert.Throws<RequestException>(() => TokenizerGolden.Tiny.Encode(text)).Message, StringComparison.Ordinal);
        Assert.Throws<RequestException>(() => TokenizerGolden.Tiny.EncodeWithImage(text));
        Assert.Throws<RequestException>(() => TokenizerGolden.Tiny.EncodeContinuation(text));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(LlamaTokenizer.ImageToken)]
    [InlineData(1005)]
    [InlineData(int.MaxValue)]
    public void Ids_that_do_not_exist_are_refused(int id) =>
        Assert.Contains("not in the vocabulary", Assert.Throws<RequestException>(() => TokenizerGolden.Tiny.Decode([1, id])).Message, StringComparison.Ordinal);
}
