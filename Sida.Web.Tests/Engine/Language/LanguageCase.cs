using System.Text.Json;
using Sida.Engine.Language;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>One recorded run of the official program, as far as the language model is concerned.</summary>
internal sealed record LanguageCase(
    string Name, IReadOnlyList<int> InputIds, IReadOnlyList<int> Generated, bool TeacherForced, int MaxNewTokens, float[] ImageRows, string Image, int Cls, int Seg,
    IReadOnlyList<int> ClsPositions, IReadOnlyList<int> SegPositions)
{
    private const int ImageToken = -200;
    private const int Eos = 2;
    private const int ImageRowCount = 256;

    /// <summary>Cases that the project carries, and others that may lie beside it.</summary>
    public static TheoryData<string> Names { get; } =
    [
        "chat-cls-in-prompt-only", "chat-empty-prompt", "chat-llama2-fig1", "chat-max-new-tokens-4", "chat-no-cls-at-all", "chat-nocls-prompt-fig1",
        "chat-real-fig2", "chat-seg-in-prompt", "chat-synthetic-fig3", "chat-tampered-fig1", "chat-tampered-tall", "chat-two-cls",
        "chat-two-seg-wide", "chat-unicode-prompt", "chat-unk-in-prompt", "chat-zero-seg-tiny", "desc-no-cls", "desc-real-fig2",
        "desc-synthetic-fig3", "desc-tampered-fig1", "desc-two-seg-wide", "tf-canned-fig2", "tf-three-seg-tall", "tf-two-cls-fig3",
    ];

    /// <summary>Cases that the project carries itself.</summary>
    public static string[] Bundled { get; } = [.. Directory.GetDirectories(Path.Combine(TestFixtures.Bundled, "cases")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>Positions of the prompt, the image's rows counted.</summary>
    public int PromptLength => InputIds.Count + ImageRowCount - 1;

    /// <summary>The whole sequence, the image as one id.</summary>
    public IReadOnlyList<int> Sequence => [.. InputIds, .. Generated];

    public static LanguageCase Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("cases", name, "case.json")));
        JsonElement root = document.RootElement;
        int[] Ids(string property) => [.. root.GetProperty(property).EnumerateArray().Select(id => id.GetInt32())];
        string image = Path.GetFileNameWithoutExtension(root.GetProperty("image").GetString()!);
        bool forced = root.GetProperty("teacher_forced").GetBoolean();
        int[] input = Ids("input_ids");
        return new LanguageCase(
            name,
            input,
            Ids("sequence_ids")[input.Length..],
            forced,
            root.GetProperty("max_new_tokens").GetInt32(),
            Npy.Read(TestFixtures.Find("image_gold", image, "projected_features.npy")).Values,
            image,
            root.GetProperty("cls_token_idx").GetInt32(),
            root.GetProperty("seg_token_idx").GetInt32(),
            Ids("cls_hidden_positions"),
            Ids("seg_hidden_positions"));
    }

    /// <summary>The request that should reproduce the run.</summary>
    public GenerationRequest Request() => new()
    {
        Prompt = Prompt(InputIds),
        MaxNewTokens = MaxNewTokens,
        StopTokens = [Eos],
        TokensOfInterest = [Cls, Seg],
        ForcedAnswer = TeacherForced ? Generated : null,
    };

    /// <summary>Splits ids at the image.</summary>
    public IReadOnlyList<PromptSegment> Prompt(IReadOnlyList<int> ids)
    {
        int at = ids.ToList().IndexOf(ImageToken);
        return [new TokenSegment([.. ids.Take(at)]), new EmbeddingSegment(ImageRows, Image), new TokenSegment([.. ids.Skip(at + 1)])];
    }

    /// <summary>A recorded tensor, or null if this case has none of that name.</summary>
    public Npy? Golden(string file)
    {
        string path = Path.Combine(Path.GetDirectoryName(TestFixtures.Find("cases", Name, "case.json"))!, file);
        return File.Exists(path) ? Npy.Read(path) : null;
    }
}
