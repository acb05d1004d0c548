using System.Text.Json;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>One run of the official program, recorded: its inputs, ids, texts and tensors.</summary>
internal sealed class OfficialCase
{
    private readonly string _folder;
    private readonly JsonElement _record;

    private OfficialCase(string folder, JsonElement record)
    {
        _folder = folder;
        _record = record;
    }

    /// <summary>All recorded cases, those that the project doesn't carry included; they are skipped where the whole set is absent.</summary>
    public static string[] Names { get; } =
    [
        "chat-cls-in-prompt-only", "chat-empty-prompt", "chat-llama2-fig1", "chat-max-new-tokens-4", "chat-no-cls-at-all", "chat-nocls-prompt-fig1",
        "chat-real-fig2", "chat-seg-in-prompt", "chat-synthetic-fig3", "chat-tampered-fig1", "chat-tampered-tall", "chat-two-cls", "chat-two-seg-wide",
        "chat-unicode-prompt", "chat-unk-in-prompt", "chat-zero-seg-tiny", "desc-no-cls", "desc-real-fig2", "desc-synthetic-fig3", "desc-tampered-fig1",
        "desc-two-seg-wide", "tf-canned-fig2", "tf-three-seg-tall", "tf-two-cls-fig3",
    ];

    public string ImagePath => TestFixtures.Find("images", Text("image"));

    public bool IsDescription => Text("flow") == "desc";

    public string Conversation => Text("conv");

    public string UserPrompt => Text("user_prompt");

    public string? TeacherResponse => _record.GetProperty("teacher_response").GetString();

    public int MaxNewTokens => _record.GetProperty("max_new_tokens").GetInt32();

    public int[] InputIds => Ints("input_ids");

    /// <summary>What follows the prompt: generated, or given and closed with the end token.</summary>
    public int[] AnswerIds => Ints("sequence_ids")[InputIds.Length..];

    public string FinalText => Text("final_text");

    public string RawAnswer => Text("raw_decoded_generated");

    public int? PredictedClass => _record.GetProperty("predicted_class") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    public int FinalLogitsStride => _record.TryGetProperty("final_logits_stride", out JsonElement stride) ? stride.GetInt32() : 1;

    public static OfficialCase Load(string name)
    {
        string folder = TestFixtures.Find("cases", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        return new OfficialCase(folder, document.RootElement.Clone());
    }

    /// <summary>A recorded tensor, or null where this case has none of that name.</summary>
    public Npy? Tensor(string name) => File.Exists(Path.Combine(_folder, name + ".npy")) ? Npy.Read(Path.Combine(_folder, name + ".npy")) : null;

    /// <summary>Paths of the recorded masks, in the order of the [SEG]s.</summary>
    public string[] MaskPaths => [.. Directory.EnumerateFiles(_folder, "mask_*.png").Order(StringComparer.Ordinal)];

    private string Text(string field) => _record.GetProperty(field).GetString()!;

    private int[] Ints(string field) => [.. _record.GetProperty(field).EnumerateArray().Select(item => item.GetInt32())];
}
