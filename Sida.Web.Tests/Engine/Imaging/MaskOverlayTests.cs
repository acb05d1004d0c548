using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class MaskOverlayTests
{
    public static TheoryData<string> Cases() => [.. GoldenCase.WithMasks()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Painted_pixels_are_those_that_the_official_program_saves(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        byte[] painted = MaskOverlay.Paint(ImageDecoder.DecodeFile(golden.ImagePath, null, TestContext.Current.CancellationToken).Image, golden.Mask(0)).Pixels;

        Assert.Equal(golden.Saved("_masked_img_0.jpg").GetProperty("u8_rgb_sha256").GetString(), Sha256Hex.Of(painted));
        for (int i = 0; i < painted.Length; i += 3)
        {
            (painted[i], painted[i + 2]) = (painted[i + 2], painted[i]);
        }

        Assert.Equal(golden.Saved("_masked_img_0.jpg").GetProperty("u8_sha256").GetString(), Sha256Hex.Of(painted));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => MaskOverlay.Paint(PillowResizeTests.Noise(4, 3, 1), BinaryMaskTests.Marked(3, 4)));
}
