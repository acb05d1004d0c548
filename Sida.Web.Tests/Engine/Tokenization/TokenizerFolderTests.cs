using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Web.Tests.Engine.Tokenization;

public sealed class TokenizerFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sida-tokenizer-");

    public TokenizerFolderTests()
    {
        foreach (string file in new[] { "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json" })
        {
            File.Copy(Path.Combine(TestFixtures.Bundled, "sida-tiny", file), Path.Combine(_folder.FullName, file));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_package_can_store_the_settings_and_get_the_same_tokenizer_back()
    {
        LlamaTokenizer original = TokenizerGolden.Tiny;
        TokenizerSettings settings = JsonSerializer.Deserialize<TokenizerSettings>(JsonSerializer.Serialize(original.Settings))!;
        LlamaTokenizer copy = new(original.ModelFile.ToArray(), settings, "package");
        const string Text = " <s> [CLS]  hello<unk> 🙂 [END] </s>";
        Assert.Equal(original.Encode(Text), copy.Encode(Text));
        Assert.Equal(original.Decode(original.Encode(Text)), copy.Decode(copy.Encode(Text)));
    }

    [Fact]
    public void END_is_added_behind_the_last_id_where_the_checkpoint_lacks_it()
    {
        Write("added_tokens.json", """{"[CLS]": 1000, "[SEG]": 1001, "<im_start>": 1002, "<im_end>": 1003}""");
        LlamaTokenizer tokenizer = LlamaTokenizer.FromFolder(_folder.FullName);
        Assert.Null(tokenizer.FindId("[END]"));
        LlamaTokenizer described = tokenizer.WithToken("[END]");
        Assert.Equal((1004, 1005), (described.FindId("[END]"), described.Count));
        Assert.Equal([1, 1004], described.Encode(" [END] "));
        Assert.Same(described, described.WithToken("[END]"));
    }

    [Fact]
    public void White_space_rules_follow_how_the_special_tokens_are_stored()
    {
        int[] asObjects = LlamaTokenizer.FromFolder(_folder.FullName).Encode("a </s> b");
        Write("special_tokens_map.json", """{"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}""");
        LlamaTokenizer plain = LlamaTokenizer.FromFolder(_folder.FullName);
        Assert.Equal(plain.Encode("a</s>b"), plain.Encode("a </s> b"));
        Assert.NotEqual(asObjects, plain.Encode("a </s> b"));
        Write("special_tokens_map.json", """{"eos_token": {"content": "</s>", "lstrip": true, "rstrip": false}}""");
        LlamaTokenizer left = LlamaTokenizer.FromFolder(_folder.FullName);
        Assert.Equal(left.Encode("a</s> b"), left.Encode("a </s> b"));
        Assert.NotEqual(left.Encode("a</s>b"), left.Encode("a </s> b"));
    }

    [Fact]
    public void Special_tokens_that_the_vocabulary_lacks_are_added_last()
    {
        Write("special_tokens_map.json", """{"pad_token": "[PAD]", "additional_special_tokens": ["<more>", "[SEG]"]}""");
        LlamaTokenizer tokenizer = LlamaTokenizer.FromFolder(_folder.FullName);
        Assert.Equal((1005, 1006, 1007), (tokenizer.FindId("[PAD]"), tokenizer.FindId("<more>"), tokenizer.Count));
    }

    [Fact]
    public void Only_the_model_file_is_needed()
    {
        foreach (string name in new[] { "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json" })
        {
            File.Delete(Path.Combine(_folder.FullName, name));
        }

        LlamaTokenizer tokenizer = LlamaTokenizer.FromFolder(_folder.FullName);
        Assert.True(tokenizer.Settings is { Legacy: true, AddBos: true, AddEos: false });
        Assert.Equal(1000, tokenizer.Count);
    }

    [Theory]
    [InlineData("added_tokens.json", """{"[CLS]": 1001}""", "'[CLS]' has id 1001, expected 1000")]
    [InlineData("added_tokens.json", """{"the": 1000}""", "already a piece")]
    [InlineData("added_tokens.json", """{"[CLS]": 1e99}""", "no integer id")]
    [InlineData("added_tokens.json", """{"[CLS]": 4294967296}""", "no integer id")]
    [InlineData("added_tokens.json", """{"": 1000}""", "0 characters")]
    [InlineData("added_tokens.json", """["[CLS]"]""", "expected a JSON object")]
    [InlineData("added_tokens.json", "{\"[CLS]\": 10", "added_tokens.json")]
    [InlineData("special_tokens_map.json", """{"bos_token": 7}""", "bos_token")]
    [InlineData("special_tokens_map.json", """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""", "depth")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer"}""", "GPT2Tokenizer")]
    [InlineData("tokenizer_config.json", """{"sp_model_kwargs": {"enable_sampling": true}}""", "sp_model_kwargs")]
    public void Damaged_or_foreign_files_are_refused_in_one_line_that_names_them(string file, string content, string reason)
    {
        Write(file, content);
        CheckpointException error = Assert.Throws<CheckpointException>(() => LlamaTokenizer.FromFolder(_folder.FullName));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.FullName, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_model_file_is_named()
    {
        File.Delete(Path.Combine(_folder.FullName, "tokenizer.model"));
        Assert.Contains("tokenizer.model", Assert.Throws<CheckpointException>(() => LlamaTokenizer.FromFolder(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder.FullName, file), content);
}
