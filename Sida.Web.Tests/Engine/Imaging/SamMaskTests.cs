using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class SamMaskTests
{
    public static TheoryData<string> CasesWithWholeLowResolutionLogits() =>
        [.. GoldenCase.WithFile("low_res_logits.npy").Where(name => GoldenCase.Read(name).MaskCount > 0)];

    [Theory]
    [MemberData(nameof(CasesWithWholeLowResolutionLogits))]
    public void Official_logits_and_masks_come_out_of_the_official_low_resolution_logits(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Npy lowResolution = Npy.Read(golden.PathOf("low_res_logits.npy"));
        Npy expected = Npy.Read(golden.PathOf("final_logits_strided.npy"));
        int stride = golden.Json.GetProperty("final_logits_stride").GetInt32();
        int side = lowResolution.Shape[1];
        var frame = new SamMask(side * 4, golden.Resized, golden.Original);
        for (int i = 0; i < golden.MaskCount; i++)
        {
            var low = new MaskLogits(side, side, lowResolution.Values[(i * side * side)..((i + 1) * side * side)]);

            MaskLogits logits = frame.ToLogits(low);
            BinaryMask mask = frame.ToMask(low);

            Assert.Equal(golden.Original, (logits.Width, logits.Height));
            for (int at = 0, y = 0; y < expected.Shape[1]; y++)
            {
                for (int x = 0; x < expected.Shape[2]; x++, at++)
                {
                    float value = logits.Values[(y * stride * logits.Width) + (x * stride)];
                    Assert.Equal(expected.Values[(i * expected.Shape[1] * expected.Shape[2]) + at], value, 2e-6f);
                }
            }

            BinaryMask official = golden.Mask(i);
            int differences = 0;
            for (int pixel = 0; pixel < mask.Values.Length; pixel++)
            {
                Assert.Equal(logits.Values[pixel] > 0 ? 1 : 0, mask.Values[pixel]);
                if (mask.Values[pixel] != official.Values[pixel])
                {
                    differences++;
                    Assert.Equal(0, logits.Values[pixel], 2e-6f);
                }
            }

            Assert.InRange(differences, 0, 2);
        }
    }

    [Fact]
    public void Resampling_to_the_same_size_changes_nothing()
    {
        var random = new Random(5);
        var map = new MaskLogits(37, 23, [.. Enumerable.Range(0, 37 * 23).Select(_ => random.NextSingle() - 0.5f)]);
        Assert.Equal(map.Values, map.Resample(37, 23).Values);
    }

    [Fact]
    public void Doubling_weighs_neighbours_three_to_one_and_repeats_the_edge()
    {
        var map = new MaskLogits(2, 2, [0, 4, 8, 12]);
        Assert.Equal([0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12], map.Resample(4, 4).Values);
        Assert.Equal([0, 1, 3, 2, 3, 5], map.Resample(4, 4, 3, 2).Values);
    }
}
