using Sida.Engine;
using Sida.Engine.Import.Onnx.Parts;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>A checkpoint that doesn't fit is refused with the exact names and shapes.</summary>
public sealed class StateDictTests
{
    private const string P = RandomSam.EncoderPrefix;

    [Fact]
    public void Missing_misshapen_and_unexpected_tensors_are_listed_in_one_error()
    {
        using RandomTensors weights = Encoder();
        weights.Remove(P + "neck.3.bias");
        weights.Remove(P + "blocks.1.attn.qkv.bias");
        weights.Add(P + "blocks.0.mlp.lin2.bias", 9);
        weights.Add(P + "blocks.0.adapter.weight", 4, 2);

        CheckpointException error = Assert.Throws<CheckpointException>(() => SamImageEncoderGraph.Open(weights));

        Assert.Equal(
            $"The checkpoint doesn't fit the SAM image encoder: missing: {P}blocks.1.attn.qkv.bias (24), {P}neck.3.bias (6); "
            + $"wrong shape: {P}blocks.0.mlp.lin2.bias is (9), expected (8); unexpected: {P}blocks.0.adapter.weight (4, 2).",
            error.Message);
    }

    [Fact]
    public void A_missing_tensor_that_tells_a_size_is_named()
    {
        using RandomTensors weights = Encoder();
        weights.Remove(P + "pos_embed");

        CheckpointException error = Assert.Throws<CheckpointException>(() => SamImageEncoderGraph.Open(weights));

        Assert.Contains(P + "pos_embed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_differences_are_counted_instead_of_listed()
    {
        using RandomTensors weights = Encoder();
        foreach (string name in weights.Tensors.Keys.Where(name => name.Contains("blocks.1.", StringComparison.Ordinal)).ToArray())
        {
            weights.Add(name, 1, 1, 1);
        }

        weights.Add(P + "blocks.1.attn.rel_pos_h", 27, 4);
        CheckpointException error = Assert.Throws<CheckpointException>(() => SamImageEncoderGraph.Open(weights));

        Assert.Contains("and 1 more", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("pos_embed", new long[] { 1, 100_000, 100_000, 8 })]
    [InlineData("pos_embed", new long[] { 1, 5, 6, 8 })]
    [InlineData("pos_embed", new long[] { 0, 5, 5, 8 })]
    [InlineData("blocks.0.attn.rel_pos_h", new long[] { 27, 3 })]
    [InlineData("patch_embed.proj.weight", new long[] { 8, 3, 1_000_000, 4 })]
    public void Absurd_sizes_are_refused(string name, long[] shape)
    {
        using var weights = new Reshaped(Encoder(), P + name, shape);

        Assert.Throws<CheckpointException>(() => SamImageEncoderGraph.Open(weights));
    }

    private static RandomTensors Encoder() => RandomSam.Encoder(1, 5, 4, 8, 4, embedding: 6, 27, 27);
}
