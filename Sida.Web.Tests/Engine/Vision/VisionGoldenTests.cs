using Sida.Engine.Imaging;
using Sida.Engine.Import;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Vision;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>CLIP tower and SAM encoder against what the official code computed, from the decoded picture on.</summary>
[Collection(nameof(TinyNetworks))]
public sealed class VisionGoldenTests(TinyNetworks networks)
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string> Pictures() => new("tall", "wide", "tiny", "figure1", "figure2", "figure3");

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Clip_features_and_projection_are_the_official_ones(string stem)
    {
        float[] pixels = new ClipPreprocessor(new ClipPreprocessorSettings()).ToTensor(TinyNetworks.Picture(stem));

        ImageFeatures features = await networks.Sets[VisionPrecision.F32].Tower.RunAsync(pixels, Cancellation);

        Closeness.AssertRelative("clip_features", Gold(stem, "clip_features").Values, features.Features);
        Closeness.AssertRelative("projected_features", Gold(stem, "projected_features").Values, features.Embeddings);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(-2, 2)]
    [InlineData(-1, 3)]
    public async Task Every_hidden_state_of_the_clip_tower_can_be_selected(int selectLayer, int hiddenState)
    {
        float[] pixels = Gold("figure1", "clip_pixels").Values;
        using OnnxSession session = networks.Load(networks.OpenClip(selectLayer).Build(VisionPrecision.F32));

        float[][] outputs = await session.RunAsync([new OnnxTensor("pixel_values", pixels, 1, 3, 224, 224)], ["image_features"], Cancellation);

        const int ClassToken = 32;
        Closeness.AssertRelative($"clip_hidden_{hiddenState}", Gold("figure1", $"clip_hidden_{hiddenState}").Values[ClassToken..], outputs[0]);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Sam_embedding_is_the_official_one(string stem)
    {
        float[] embedding = await networks.EmbeddingAsync(stem, VisionPrecision.F32, Cancellation);

        Closeness.AssertRelative(
            "sam_embedding", Gold(stem, "sam_embedding_stride8").Values, Strided.ChannelsFirst(embedding, 256, 64, 64, 8));
        Closeness.AssertRelative(
            "sam_embedding offset", Gold(stem, "sam_embedding_offset3_stride8").Values, Strided.ChannelsFirst(embedding, 256, 64, 64, 8, 3, 3));
    }

    [Fact]
    public async Task The_whole_sam_embedding_is_the_official_one()
    {
        float[] gold = Gold("figure1", "sam_embedding_f16").Values;
        float[] embedding = await networks.EmbeddingAsync("figure1", VisionPrecision.F32, Cancellation);

        // The golden is in half precision: half a unit in the last of its 11 bits.
        Closeness.AssertRelative("sam_embedding_f16", gold, embedding, tolerance: 5e-4);
    }

    [Theory]
    [InlineData("tall")]
    [InlineData("figure1")]
    public async Task Every_block_of_the_sam_encoder_is_the_official_one(string stem)
    {
        float[] pixels = new SamPreprocessor(new SamPreprocessorSettings()).ToTensor(TinyNetworks.Picture(stem));
        string[] marks = ["patch", "block.0", "block.1", "block.2", "block.3"];
        OnnxGraph graph = networks.SamEncoderGraph.Build(VisionPrecision.F32);
        foreach (string mark in marks)
        {
            graph.OutputMarked(mark, 4096, 64);
        }

        using OnnxSession session = networks.Load(graph);

        float[][] values = await session.RunAsync([new OnnxTensor("pixel_values", pixels, 1, 3, 1024, 1024)], marks, Cancellation);

        for (int i = 0; i < marks.Length; i++)
        {
            string name = $"sam_{marks[i].Replace(".", "", StringComparison.Ordinal)}_stride8";
            Closeness.AssertRelative(name, Gold(stem, name).Values, Strided.ChannelsLast(values[i], 64, 64, 64, 8));
        }
    }

    [Fact]
    public async Task Half_precision_weights_stay_close_to_the_official_values()
    {
        float[] pixels = new ClipPreprocessor(new ClipPreprocessorSettings()).ToTensor(TinyNetworks.Picture("tall"));
        ImageFeatures features = await networks.Sets[VisionPrecision.F16].Tower.RunAsync(pixels, Cancellation);
        float[] embedding = await networks.EmbeddingAsync("tall", VisionPrecision.F16, Cancellation);

        Closeness.AssertRelative("clip_features", Gold("tall", "clip_features").Values, features.Features, tolerance: 2e-3);
        Closeness.AssertRelative("projected_features", Gold("tall", "projected_features").Values, features.Embeddings, tolerance: 2e-3);
        Closeness.AssertRelative(
            "sam_embedding", Gold("tall", "sam_embedding_stride8").Values, Strided.ChannelsFirst(embedding, 256, 64, 64, 8), tolerance: 2e-3);
    }

    private static Npy Gold(string stem, string name) => Npy.Read(TestFixtures.Find("image_gold", stem, name + ".npy"));
}
