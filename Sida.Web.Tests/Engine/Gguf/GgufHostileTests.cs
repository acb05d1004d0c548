using System.Buffers.Binary;
using System.Text;
using Sida.Engine;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Language.Gguf;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Gguf;

/// <summary>Damaged and lying files must be refused in managed code: llama.cpp would end the process over some of them.</summary>
public sealed class GgufHostileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sound_file_is_accepted()
    {
        LlamaFileInfo info = Check(await SoundAsync());
        Assert.Equal(new LlamaFileInfo(64, 3, 8, 2, 40, 512, FullPrecision: true), info);
    }

    [Fact]
    public async Task A_file_cut_anywhere_is_refused()
    {
        byte[] sound = await SoundAsync();
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            AssertRefused(sound[..random.Next(sound.Length - 32)]);
        }
    }

    [Fact]
    public async Task Random_damage_to_the_header_is_refused_or_harmless()
    {
        byte[] sound = await SoundAsync();
        int headerLength = HeaderLength(sound);
        Random random = new(2);
        int refused = 0;
        for (int round = 0; round < 2_000; round++)
        {
            byte[] damaged = [.. sound];
            for (int change = 0; change <= round % 4; change++)
            {
                damaged[random.Next(headerLength)] = (byte)random.Next(256);
            }

            refused += IsRefused(damaged) ? 1 : 0;
        }

        // What is accepted has changed a token's text, a score or the model's name.
        Assert.InRange(refused, 800, 2_000);
    }

    [Theory]
    [InlineData(0, 0x46554746u, "not a GGUF file")]
    [InlineData(4, 2u, "version 2")]
    [InlineData(4, 0x03000000u, "version")]
    [InlineData(8, 1_000_000u, "1000000 tensors")]
    [InlineData(12, 1u, "tensors")]
    [InlineData(16, 5_000u, "5000 metadata values")]
    public async Task Lying_counts_are_refused(int offset, uint value, string expected)
    {
        byte[] file = await SoundAsync();
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
        Assert.Contains(expected, AssertRefused(file).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.attention.head_count", 7u, "can't be shared by 7 heads")]
    [InlineData("llama.attention.head_count_kv", 3u, "can't share 3 key heads")]
    [InlineData("llama.attention.head_count_kv", 0u, "is 0")]
    [InlineData("llama.block_count", 4u, "is missing")]
    [InlineData("llama.block_count", 2u, "unexpected tensor")]
    [InlineData("llama.block_count", 100_000u, "is 100000")]
    [InlineData("llama.embedding_length", 128u, "rotary width")]
    [InlineData("llama.vocab_size", 41u, "vocabulary size")]
    [InlineData("tokenizer.ggml.bos_token_id", 40u, "bos_token_id is 40")]
    public async Task Sizes_that_contradict_each_other_are_refused(string key, uint value, string expected)
    {
        byte[] file = await SoundAsync();
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(ValueAt(file, key)), value);
        Assert.Contains(expected, AssertRefused(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_would_change_the_network_are_refused()
    {
        foreach (string key in new[] { "llama.expert_count", "llama.attention.sliding_window", "split.count", "tokenizer.chat_template", "llama.rope.scaling.attn_factor" })
        {
            PackageException error = AssertRefused(Header(writer => writer.Add(key, 8u)));
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Token_tables_that_llama_cpp_would_assert_on_are_refused()
    {
        foreach ((string[] tokens, int[] types, string expected) in new[]
        {
            (new[] { "a", "a" }, new[] { 1, 1 }, "repeats another"),
            (["a", ""], [1, 1], "empty"),
            (["a", "b\0c"], [1, 1], "NUL"),
            (["a", "b"], [1, 6], "type Byte"),
            (["a", "b"], [1, 9], "unknown type 9"),
            (["a", "b"], [1], "1 token types"),
        })
        {
            PackageException error = AssertRefused(Header(tokens: tokens, types: types));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tensors_out_of_place_are_refused()
    {
        byte[] file = await SoundAsync();
        int name = IndexOf(file, LlamaTensors.OutputNorm);
        int offset = name + LlamaTensors.OutputNorm.Length + 4 + 8 + 4;
        foreach (ulong lie in new[] { 0UL, 32UL, 1UL, ulong.MaxValue, (ulong)long.MaxValue })
        {
            byte[] lying = [.. file];
            BinaryPrimitives.WriteUInt64LittleEndian(lying.AsSpan(offset), lie);
            Assert.Contains(LlamaTensors.OutputNorm, AssertRefused(lying).Message, StringComparison.Ordinal);
        }

        byte[] huge = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(huge.AsSpan(name + LlamaTensors.OutputNorm.Length + 4), ulong.MaxValue / 2);
        Assert.Contains("dimension", AssertRefused(huge).Message, StringComparison.Ordinal);
        byte[] unknown = [.. file];
        BinaryPrimitives.WriteUInt32LittleEndian(unknown.AsSpan(name + LlamaTensors.OutputNorm.Length + 12), 39);
        Assert.Contains("number format 39", AssertRefused(unknown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        PackageException error = Assert.Throws<PackageException>(() => GgufFile.Open(_folder.File("absent.gguf")));
        Assert.Contains("absent.gguf", error.Message, StringComparison.Ordinal);
    }

    private async Task<byte[]> SoundAsync()
    {
        string path = _folder.File("sound.gguf");
        if (!File.Exists(path))
        {
            await LlamaFiles.WriteAsync(path, LlamaFiles.SmallConfig, 40, seed: 1);
        }

        return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }

    /// <summary>A file without tensors, sound up to its vocabulary unless told otherwise.</summary>
    private byte[] Header(Action<GgufWriter>? change = null, string[]? tokens = null, int[]? types = null)
    {
        GgufWriter writer = new();
        tokens ??= ["a", "b"];
        LlamaMetadata.Write(
            writer,
            LlamaFiles.SmallConfig,
            LlamaFiles.Tokenizer(3),
            [.. tokens.Select((text, id) => new GgufPiece(text, 0, (GgufTokenType)(types ?? [1, 1]).ElementAtOrDefault(id)))],
            "test",
            0);
        if (types is { Length: 1 })
        {
            writer = new GgufWriter();
            AddVocabulary(writer, tokens, types);
        }

        change?.Invoke(writer);
        writer.Write(_folder.File("header.gguf"), _ => { }, TestContext.Current.CancellationToken);
        return File.ReadAllBytes(_folder.File("header.gguf"));
    }

    private static void AddVocabulary(GgufWriter writer, string[] tokens, int[] types)
    {
        LlamaConfig config = LlamaFiles.SmallConfig;
        writer.Add("general.architecture", "llama");
        writer.Add("llama.context_length", (uint)config.ContextLength);
        writer.Add("llama.embedding_length", (uint)config.HiddenSize);
        writer.Add("llama.block_count", (uint)config.Layers);
        writer.Add("llama.feed_forward_length", (uint)config.FeedForwardSize);
        writer.Add("llama.attention.head_count", (uint)config.Heads);
        writer.Add("llama.attention.head_count_kv", (uint)config.KeyValueHeads);
        writer.Add("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        writer.Add("llama.rope.dimension_count", (uint)config.HeadSize);
        writer.Add("llama.rope.freq_base", config.RopeTheta);
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", tokens);
        writer.Add("tokenizer.ggml.scores", new float[tokens.Length]);
        writer.Add("tokenizer.ggml.token_type", types);
    }

    private LlamaFileInfo Check(byte[] file) => LlamaFileCheck.Check(GgufFile.Open(_folder.Write("file.gguf", file)));

    private PackageException AssertRefused(byte[] file) => Assert.Throws<PackageException>(() => Check(file));

    private bool IsRefused(byte[] file)
    {
        try
        {
            Check(file);
            return false;
        }
        catch (PackageException)
        {
            return true;
        }
    }

    private static int HeaderLength(byte[] file) => IndexOf(file, LlamaTensors.OutputNorm) + 64;

    private static int ValueAt(byte[] file, string key) => IndexOf(file, key) + key.Length + sizeof(uint);

    private static int IndexOf(byte[] file, string text)
    {
        int at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0, text);
        return at;
    }
}
