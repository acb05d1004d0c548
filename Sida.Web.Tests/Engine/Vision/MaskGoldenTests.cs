using Sida.Engine.Import;
using Sida.Engine.Vision;
using Sida.Web.Tests.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>Detection head, fusion and mask decoder against what the official code computed from the same hidden states.</summary>
[Collection(nameof(TinyNetworks))]
public sealed class MaskGoldenTests(TinyNetworks networks)
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string> CasesWithVerdict() => new(GoldenCase.WithFile("cls_hidden.npy"));

    public static TheoryData<string> CasesWithFusion() => new(GoldenCase.WithFile("fused_seg_emb.npy"));

    [Theory]
    [MemberData(nameof(CasesWithVerdict))]
    public async Task Class_logits_are_the_official_ones(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);

        float[] logits = await networks.Sets[VisionPrecision.F32].Detection.RunAsync(Gold(golden, "cls_hidden").Values, Cancellation);

        Closeness.AssertAbsolute("cls_logits_all", Gold(golden, "cls_logits_all").Values, logits, tolerance: 1e-4);
    }

    [Theory]
    [MemberData(nameof(CasesWithFusion))]
    public async Task Fusion_is_the_official_one(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        float[] firstLogits = Gold(golden, "cls_logits_all").Values[..3];

        FusedPrompts fused = await networks.Sets[VisionPrecision.F32].Fusion.RunAsync(firstLogits, Gold(golden, "seg_hidden").Values, Cancellation);

        Closeness.AssertRelative("seg_emb", Gold(golden, "seg_emb").Values, fused.SegEmbeddings);
        Closeness.AssertRelative("cls_projected", Gold(golden, "cls_projected").Values[..256], fused.Query);
        Closeness.AssertRelative("attn_output", Gold(golden, "attn_output").Values, fused.AttentionOutput);
        Closeness.AssertRelative("fused_seg_emb", Gold(golden, "fused_seg_emb").Values, fused.PromptEmbeddings);
    }

    [Theory]
    [MemberData(nameof(CasesWithFusion))]
    public async Task Mask_logits_are_the_official_ones(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);

        (double relative, double iou) = await MaskErrorAsync(golden, VisionPrecision.F32);

        Assert.True(relative <= Closeness.Single, $"low_res_logits are {relative:g4} away.");
        Assert.True(iou <= 1e-4, $"iou is {iou:g4} away.");
    }

    [Fact]
    public async Task Half_precision_weights_stay_close_to_the_official_values()
    {
        GoldenCase golden = GoldenCase.Read("chat-two-seg-wide");
        float[] firstLogits = Gold(golden, "cls_logits_all").Values[..3];
        NetworkSet networksF16 = networks.Sets[VisionPrecision.F16];

        float[] logits = await networksF16.Detection.RunAsync(Gold(golden, "cls_hidden").Values, Cancellation);
        FusedPrompts fused = await networksF16.Fusion.RunAsync(firstLogits, Gold(golden, "seg_hidden").Values, Cancellation);

        Closeness.AssertAbsolute("cls_logits_all", Gold(golden, "cls_logits_all").Values, logits, tolerance: 2e-3);
        Closeness.AssertRelative("fused_seg_emb", Gold(golden, "fused_seg_emb").Values, fused.PromptEmbeddings, tolerance: 2e-3);
        (double relative, _) = await MaskErrorAsync(golden, VisionPrecision.F16);
        Assert.True(relative <= 5e-3, $"low_res_logits are {relative:g4} away.");
    }

    /// <summary>Runs the decoder on the golden prompts: (relative error of mask 0's logits, absolute error of its predicted IoU).</summary>
    private async Task<(double Relative, double Iou)> MaskErrorAsync(GoldenCase golden, VisionPrecision precision)
    {
        string stem = Path.GetFileNameWithoutExtension(golden.ImagePath);
        float[] embedding = await networks.EmbeddingAsync(stem, precision, Cancellation);
        SamPrompts prompts = SamPrompts.FromText(Gold(golden, "fused_seg_emb").Values, 256);

        SamMasks masks = await networks.Sets[precision].SamDecoder.RunAsync(embedding, prompts, Cancellation);

        bool isWhole = File.Exists(Path.Combine(Path.GetDirectoryName(golden.PathOf("case.json"))!, "low_res_logits.npy"));
        float[] expected = Gold(golden, isWhole ? "low_res_logits" : "low_res_logits_stride4").Values;
        IEnumerable<float> actual = Enumerable.Range(0, masks.Count).SelectMany(prompt => isWhole
            ? masks.Logits(prompt, 0).ToArray()
            : Strided.ChannelsFirst(masks.Logits(prompt, 0).ToArray(), 1, 256, 256, 4));
        double relative = Closeness.Relative(expected, [.. actual]);
        double iou = Closeness.Absolute(
            Gold(golden, "iou_pred").Values, [.. Enumerable.Range(0, masks.Count).Select(prompt => masks.Iou[prompt * masks.MasksPerPrompt])]);
        TestContext.Current.TestOutputHelper?.WriteLine($"low_res_logits: {relative:g3}, iou: {iou:g3}");
        return (relative, iou);
    }

    private static Npy Gold(GoldenCase golden, string name) => Npy.Read(golden.PathOf(name + ".npy"));
}
