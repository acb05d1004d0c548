using Sida.Engine.Imaging;
using Sida.Engine.Import;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Vision;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>CLIP tower and SAM encoder against what the official code computed, from the decoded picture on.</summary>
public sealed class VisionGoldenTests(TinyNetworks networks) : IClassFixture<TinyNetworks>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string> Pictures() => new("tall", "wide", "tiny");

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Clip_features_and_projection_are_the_official_ones(string stem)
    {
        float[] pixels = new ClipPreprocessor(new ClipPreprocessorSettings()).ToTensor(TinyNetworks.Picture(stem));

        ImageFeatures features = await networks.Sets[VisionPrecision.F32].Tower.RunAsync(pixels, Cancellation);

        Closeness.AssertRelative("clip_features", Gold(stem, "clip_features").Values, features.Features);
        Closeness.AssertRelative("projected_features", Gold(stem, "projected_features").Values, features.Embeddings);
    }

    [Fact]
    public async Task Every_hidden_state_of_the_clip_tower_is_the_official_one()
    {
        float[] pixels = Gold("figure1", "clip_pixels").Values;
        (string, OnnxSide[])[] marks = [("hidden.0", [257, 32]), ("hidden.1", [257, 32]), ("hidden.2", [257, 32])];
        using OnnxSession session = networks.Probe(networks.ClipGraph.Build(VisionPrecision.F32), marks);

        float[][] hidden = await session.RunAsync(
            [new OnnxTensor("pixel_values", pixels, 1, 3, 224, 224)], [.. marks.Select(mark => mark.Item1)], Cancellation);

        for (int layer = 0; layer < hidden.Length; layer++)
        {
            Closeness.AssertRelative($"clip_hidden_{layer}", Gold("figure1", $"clip_hidden_{layer}").Values, hidden[layer]);
        }
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

    [Theory]
    [InlineData("tall")]
    public async Task Every_block_of_the_sam_encoder_is_the_official_one(string stem)
    {
        float[] pixels = new SamPreprocessor(new SamPreprocessorSettings()).ToTensor(TinyNetworks.Picture(stem));
        string[] marks = ["patch", "block.0", "block.1", "block.2", "block.3"];
        using OnnxSession session = networks.Probe(
            networks.SamEncoderGraph.Build(VisionPrecision.F32), [.. marks.Select(mark => (mark, new OnnxSide[] { 4096, 64 }))]);

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
