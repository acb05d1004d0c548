using System.Text.Json;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Tokenization;

/// <summary>What the official tokenizer gave for one text or one list of ids; null where the golden file does not say.</summary>
internal sealed record GoldenItem(string Text, int[] Ids, string? Decoded, string? DecodedSkip);

/// <summary>One mode of a golden file of the slow LlamaTokenizer, and our tokenizer in the same mode.</summary>
internal sealed record TokenizerGolden(
    LlamaTokenizer Tokenizer, int Length, Dictionary<string, int> Added, GoldenItem[] Items, GoldenItem[] ImageItems, GoldenItem[] DecodeItems, GoldenItem[] CannedItems)
{
    public static readonly TheoryData<string, string> Modes = new(
        from set in new[] { "tiny", "llama" } from mode in new[] { "checkpoint_legacy", "with_END_added", "legacy_false" } select (set, mode));

    public static LlamaTokenizer Tiny { get; } = LlamaTokenizer.FromFolder(Path.Combine(TestFixtures.Bundled, "sida-tiny"));

    public static TokenizerGolden Read(string set, string mode)
    {
        bool tiny = set == "tiny";
        JsonElement root = Json(tiny ? TestFixtures.Find("tokenizer_gold", "tokenizer.json") : TestFixtures.Find("llama-tokenizer", "golden.json"));
        JsonElement golden = (tiny ? root : root.GetProperty("modes")).GetProperty(mode);
        LlamaTokenizer tokenizer = tiny ? Tiny : LlamaTokenizer.FromFolder(Path.GetDirectoryName(TestFixtures.Find("llama-tokenizer", "tokenizer.model"))!);
        tokenizer = tokenizer.WithLegacy(golden.GetProperty("legacy").GetBoolean());
        return new TokenizerGolden(
            mode == "with_END_added" ? tokenizer.WithToken("[END]") : tokenizer,
            golden.GetProperty("len").GetInt32(),
            golden.GetProperty("added").Deserialize<Dictionary<string, int>>()!,
            ReadItems(golden, "items"),
            ReadItems(golden, "image_items"),
            ReadItems(golden, "decode_items"),
            ReadItems(golden, "canned_items"));
    }

    public static JsonElement Json(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static GoldenItem[] ReadItems(JsonElement golden, string name) =>
        golden.TryGetProperty(name, out JsonElement items)
            ? [.. items.EnumerateArray().Select(item => new GoldenItem(Text(item, "text") ?? "", item.GetProperty("ids").Deserialize<int[]>()!, Text(item, "decoded"), Text(item, "decoded_skip")))]
            : [];

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
}
