using System.Text;
using Sida.Engine;
using Sida.Engine.Language.Tokenization;
using Sida.Web.Tests.Engine.Prompts;

namespace Sida.Web.Tests.Engine.Tokenization;

public class IncrementalDecoderTests
{
    [Theory]
    [InlineData("tiny", "checkpoint_legacy")]
    [InlineData("llama", "with_END_added")]
    public void Deltas_add_up_to_the_readable_text_and_never_cut_a_character(string set, string mode)
    {
        LlamaTokenizer tokenizer = TokenizerGolden.Read(set, mode).Tokenizer;
        Random random = new(11);
        for (int round = 0; round < 3000; round++)
        {
            int[] ids = RandomAnswer(tokenizer, random);
            IncrementalDecoder decoder = new(tokenizer);
            string[] deltas = [.. ids.Select(decoder.Append), decoder.Finish()];
            Assert.Equal(ReadableReference.Of(tokenizer, ids), string.Concat(deltas));
            Assert.All(deltas, delta => Assert.False(delta.Length > 0 && (char.IsLowSurrogate(delta[0]) || char.IsHighSurrogate(delta[^1]))));
        }
    }

    [Theory]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("\ud83e\udda4")]
    public void A_character_made_of_bytes_comes_out_with_its_last_byte(string character)
    {
        LlamaTokenizer tokenizer = TokenizerGolden.Tiny;
        int[] bytes = [.. Encoding.UTF8.GetBytes(character).Select(value => tokenizer.Model.IdOf(value))];
        IncrementalDecoder decoder = new(tokenizer);
        Assert.All(bytes[..^1], id => Assert.Equal("", decoder.Append(id)));
        Assert.Equal(character, decoder.Append(bytes[^1]));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Half_a_character_at_the_end_becomes_replacement_characters()
    {
        LlamaTokenizer tokenizer = TokenizerGolden.Tiny;
        IncrementalDecoder decoder = new(tokenizer);
        Assert.Equal("", decoder.Append(tokenizer.Model.IdOf((byte)0xF0)) + decoder.Append(tokenizer.Model.IdOf((byte)0x9F)));
        Assert.Equal("\ufffd\ufffd", decoder.Finish());
    }

    [Theory]
    [InlineData("[CLS] The image is tampered. [SEG] and [SEG] [END]</s>", "The image is tampered. and")]
    [InlineData("[CLS] The region is [SEG].", "The region is.")]
    [InlineData("[CLS] a  b \n\n\n\n c [END]", "a b\n\nc")]
    [InlineData("wrong [end].", "wrong.")]
    [InlineData("an [e and [[EnD] more", "an [e and [ more")]
    [InlineData("an [en", "an [en")]
    [InlineData("[CLS][SEG]</s>", "")]
    [InlineData("Areas:<tampered position> left", "Areas:<tampered position> left")]
    public void Text_is_tidied_for_people(string answer, string readable) =>
        Assert.Equal(readable, IncrementalDecoder.DecodeAll(TokenizerGolden.Tiny, TokenizerGolden.Tiny.EncodeContinuation(answer)));

    [Fact]
    public void Ids_that_do_not_exist_are_refused() => Assert.Throws<RequestException>(() => new IncrementalDecoder(TokenizerGolden.Tiny).Append(-200));

    /// <summary>Ids of ordinary text with stray bytes, control characters, added and special tokens in between.</summary>
    private static int[] RandomAnswer(LlamaTokenizer tokenizer, Random random)
    {
        string[] words = [" ", "  ", "\n", "\n\n", "the", "é", "🙂", "[END]", "[end]", "[e", "]", "[CLS]", "[SEG]", "</s>", "<unk>", "<s>", ".", "!", ")", "\t", "\a", "\u00a0", "[EN", "D]"];
        List<int> ids = [];
        for (int count = random.Next(12); count > 0; count--)
        {
            ids.AddRange(random.Next(3) switch
            {
                0 => tokenizer.EncodeContinuation(words[random.Next(words.Length)]),
                1 => [random.Next(tokenizer.Count)],
                _ => [random.Next(3, 259)],
            });
        }

        return [.. ids];
    }
}
