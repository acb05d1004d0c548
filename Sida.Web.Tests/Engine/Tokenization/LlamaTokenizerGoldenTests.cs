using System.Text.Json;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Tokenization;

/// <summary>Identity with transformers 4.31.0 on its own results, for the small and the real vocabulary.</summary>
public class LlamaTokenizerGoldenTests
{
    public static TheoryData<string, string> Modes => TokenizerGolden.Modes;

    [Theory]
    [MemberData(nameof(Modes))]
    public void Vocabulary_is_the_official_one(string set, string mode)
    {
        TokenizerGolden golden = TokenizerGolden.Read(set, mode);
        Assert.Equal(golden.Length, golden.Tokenizer.Count);
        Assert.Equal(golden.Added.OrderBy(token => token.Value), golden.Tokenizer.Settings.AddedTokens.OrderBy(token => token.Value));
        Assert.Equal((1, 2, 0), (golden.Tokenizer.BosId, golden.Tokenizer.EosId, golden.Tokenizer.UnkId));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Ids_are_the_official_ones(string set, string mode)
    {
        TokenizerGolden golden = TokenizerGolden.Read(set, mode);
        Assert.NotEmpty(golden.Items);
        Assert.All(golden.Items.Concat(golden.CannedItems), item => Assert.Equal(item.Ids, golden.Tokenizer.Encode(item.Text)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Ids_with_an_image_are_the_official_ones(string set, string mode)
    {
        TokenizerGolden golden = TokenizerGolden.Read(set, mode);
        Assert.NotEmpty(golden.ImageItems);
        Assert.All(golden.ImageItems, item => Assert.Equal(item.Ids, golden.Tokenizer.EncodeWithImage(item.Text)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Decoded_text_is_the_official_one(string set, string mode)
    {
        TokenizerGolden golden = TokenizerGolden.Read(set, mode);
        Assert.NotEmpty(golden.DecodeItems);
        Assert.All(golden.DecodeItems.Concat(golden.Items), item =>
        {
            Assert.Equal(item.Decoded, golden.Tokenizer.Decode(item.Ids));
            if (item.DecodedSkip is not null)
                Assert.Equal(item.DecodedSkip, golden.Tokenizer.Decode(item.Ids, skipSpecialTokens: true));
        });
        Assert.All(golden.CannedItems, item => Assert.Equal(item.Decoded, golden.Tokenizer.Decode(item.Ids)));
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("llama")]
    public void Bare_sentencepiece_is_the_official_one(string set)
    {
        bool tiny = set == "tiny";
        JsonElement root = TokenizerGolden.Json(tiny ? TestFixtures.Find("tokenizer_gold", "sentencepiece.json") : TestFixtures.Find("llama-tokenizer", "golden.json"));
        LlamaTokenizer tokenizer = TokenizerGolden.Read(set, "checkpoint_legacy").Tokenizer;
        SentencePieceEncoder encoder = new(tokenizer.Model);
        JsonElement[] items = [.. (tiny ? root : root.GetProperty("sentencepiece")).EnumerateArray()];
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            List<int> ids = [];
            encoder.Encode(item.GetProperty("text").GetString(), ids);
            Assert.Equal(item.GetProperty("ids").Deserialize<int[]>(), ids);
            Assert.Equal(item.GetProperty("decoded").GetString(), DecodeRun(tokenizer.Model, ids));
        });
    }

    private static string DecodeRun(SentencePieceModel model, IEnumerable<int> ids)
    {
        SentencePieceRun run = new(model);
        System.Text.StringBuilder text = new();
        foreach (int id in ids)
        {
            run.Append(id, text);
        }

        run.End(text);
        return text.ToString();
    }
}
