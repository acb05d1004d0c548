using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;
using Sida.Web.Tests.Engine.Tokenization;

namespace Sida.Web.Tests.Engine.Prompts;

/// <summary>What the official programs did with one picture and one question, as far as text is concerned.</summary>
internal sealed record GoldenCase(
    string Name, ResponseMode Mode, string Conversation, string UserPrompt, string FullPrompt, string? TeacherResponse, Verdict? Verdict,
    int[] InputIds, int[] GeneratedIds, int[] ReturnedIds, string RawGenerated, string FinalText)
{
    public static TheoryData<string> Names { get; } = new(Folders().SelectMany(Directory.GetDirectories).Select(path => Path.GetFileName(path)!).Distinct().Order());

    public LlamaTokenizer Tokenizer => Mode == ResponseMode.Generated ? TokenizerGolden.Tiny.WithToken("[END]") : TokenizerGolden.Tiny;

    public bool HasForbiddenMarkers => new[] { "<image>", "<im_start>", "<im_end>", "<s>", "</s>" }.Any(UserPrompt.Contains);

    public static GoldenCase Read(string name)
    {
        JsonElement json = TokenizerGolden.Json(TestFixtures.Find("cases", name, "case.json"));
        string Text(string key) => json.GetProperty(key).GetString()!;
        int[] Ids(string key) => json.GetProperty(key).Deserialize<int[]>()!;
        return new GoldenCase(
            name, Text("flow") == "desc" ? ResponseMode.Generated : ResponseMode.Canonical, Text("conv"), Text("user_prompt"), Text("full_prompt"),
            json.GetProperty("teacher_response").GetString(), (Verdict?)json.GetProperty("predicted_class").Deserialize<int?>(),
            Ids("input_ids"), Ids("generated_ids"), Ids("returned_ids"), Text("raw_decoded_generated"), Text("final_text"));
    }

    private static IEnumerable<string> Folders() =>
        new[] { TestFixtures.Bundled, TestFixtures.Shared }.OfType<string>().Select(root => Path.Combine(root, "cases")).Where(Directory.Exists);
}
