using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class ImageDecoderTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("resize_gold", "resize.json"))).RootElement;

    public static TheoryData<string, string> Pictures()
    {
        var data = new TheoryData<string, string>();
        foreach (JsonElement item in Golden.GetProperty("items").EnumerateArray().Where(item => item.TryGetProperty("decode", out _)))
        {
            data.Add(item.GetProperty("decode").GetString()!, item.GetProperty("rgb_sha256").GetString()!);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pixels_are_those_that_opencv_gives(string picture, string sha256)
    {
        string path = TestFixtures.Find("images", picture);
        DecodedImage image = Decode(File.ReadAllBytes(path));

        Assert.Equal(sha256, Sha256Hex.Of(image.Image.Pixels));
        Assert.Equal(Sha256Hex.Of(File.ReadAllBytes(path)), image.Sha256);
        Assert.Equal((1, 1), (image.Orientation, image.Frames));
        Assert.Equal(image.Image.Pixels, ImageDecoder.DecodeFile(path, null, TestContext.Current.CancellationToken).Image.Pixels);
    }

    [Theory]
    [InlineData("figure1")]
    [InlineData("figure2")]
    [InlineData("figure3")]
    [InlineData("tall")]
    [InlineData("tiny")]
    [InlineData("wide")]
    public void Pixels_are_those_that_the_official_run_decoded(string picture)
    {
        JsonElement golden = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("image_gold", picture, "gold.json"))).RootElement;
        RgbImage image = Decode(File.ReadAllBytes(TestFixtures.Find("images", picture + ".png"))).Image;
        Assert.Equal(golden.GetProperty("decoded_rgb_sha256").GetString(), Sha256Hex.Of(image.Pixels));
        Assert.Equal((golden.GetProperty("decoded_hw")[0].GetInt32(), golden.GetProperty("decoded_hw")[1].GetInt32()), (image.Height, image.Width));
    }

    [Fact]
    public void A_lossless_png_comes_back_as_it_was()
    {
        RgbImage noise = PillowResizeTests.Noise(301, 207, 4);
        byte[] file = ImageEncoder.EncodePng(noise);
        Assert.Equal(noise.Pixels, Decode(file).Image.Pixels);
    }

    [Fact]
    public void A_mask_png_is_8_bit_grey_of_0_and_255()
    {
        BinaryMask mask = BinaryMaskTests.Marked(10, 4, (3, 1), (9, 3));
        byte[] file = ImageEncoder.EncodePng(mask);
        Assert.Equal((8, 0), (file[24], file[25]));
        RgbImage image = Decode(file).Image;
        Assert.Equal(mask.ToGrey(255), image.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void A_jpeg_of_high_quality_is_close_and_one_of_low_quality_small()
    {
        RgbImage smooth = PillowResize.Resize(PillowResizeTests.Noise(5, 4, 2), 200, 160, ResampleFilter.Bicubic);
        byte[] fine = ImageEncoder.EncodeJpeg(smooth, 95);
        RgbImage back = Decode(fine).Image;
        Assert.True(smooth.Pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average() < 1.5);
        Assert.True(ImageEncoder.EncodeJpeg(smooth, 20).Length < fine.Length / 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.EncodeJpeg(smooth, 0));
    }

    [Fact]
    public void A_cancelled_decode_stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        byte[] file = ImageEncoder.EncodePng(PillowResizeTests.Noise(8, 8, 1));
        Assert.Throws<OperationCanceledException>(() => ImageDecoder.Decode(file, null, cancelled.Token));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        ImageException error = Assert.Throws<ImageException>(
            () => ImageDecoder.DecodeFile("/nowhere/at all.jpg", null, TestContext.Current.CancellationToken));
        Assert.Equal("at all.jpg: the file can't be read; check that it exists and may be read.", error.Message);
    }

    internal static DecodedImage Decode(byte[] file, ImageLimits? limits = null) =>
        ImageDecoder.Decode(file, limits, TestContext.Current.CancellationToken);
}
