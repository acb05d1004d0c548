using System.Runtime.InteropServices;
using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class PreprocessorTests
{
    private static readonly ClipPreprocessor Clip = new(new ClipPreprocessorSettings());
    private static readonly SamPreprocessor Sam = new(new SamPreprocessorSettings());
    private static readonly JsonElement Resizes = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("resize_gold", "resize.json"))).RootElement;

    public static TheoryData<string> Pictures() => ["figure1", "figure2", "figure3", "tall", "tiny", "wide"];

    public static TheoryData<string> Resized(string kind) =>
        [.. Resizes.GetProperty("items").EnumerateArray().Where(item => item.TryGetProperty(kind, out _)).Select(item => item.GetProperty(kind).GetString()!)];

    [Theory]
    [MemberData(nameof(Resized), "clip_resize")]
    public void Clip_sees_the_official_crop(string picture)
    {
        JsonElement golden = Resizes.GetProperty("items").EnumerateArray().Single(item => IsFor(item, "clip_resize", picture));
        RgbImage image = Decode(picture);

        RgbImage crop = Clip.Crop(image);
        float[] pixels = Clip.ToTensor(image);

        Assert.Equal(golden.GetProperty("crop_rgb_sha256").GetString(), Sha256Hex.Of(crop.Pixels));
        (int width, int height) = Clip.ResizedSize(image.Width, image.Height);
        Assert.Equal((golden.GetProperty("hw")[1].GetInt32(), golden.GetProperty("hw")[0].GetInt32()), (width, height));
        RgbImage whole = PillowResize.Resize(image, width, height, ResampleFilter.Bicubic);
        Assert.Equal(golden.GetProperty("resized_rgb_sha256").GetString(), Sha256Hex.Of(whole.Pixels));
        for (int channel = 0; channel < 3; channel++)
        {
            Assert.Equal(golden.GetProperty("px0")[channel].GetSingle(), pixels[channel * 224 * 224]);
            Assert.Equal(golden.GetProperty("px_mid")[channel].GetSingle(), pixels[(channel * 224 * 224) + (112 * 224) + 100]);
        }

        Assert.Equal(golden.GetProperty("pixel_sum").GetDouble(), pixels.Sum(value => (double)value), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Resized), "sam_resize")]
    public void Sam_sees_the_official_resize(string picture)
    {
        JsonElement golden = Resizes.GetProperty("items").EnumerateArray().Single(item => IsFor(item, "sam_resize", picture));
        RgbImage resized = Sam.Resize(Decode(picture));
        Assert.Equal(golden.GetProperty("hw")[0].GetInt32(), resized.Height);
        Assert.Equal(golden.GetProperty("hw")[1].GetInt32(), resized.Width);
        Assert.Equal(golden.GetProperty("rgb_sha256").GetString(), Sha256Hex.Of(resized.Pixels));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Clip_pixels_are_the_official_ones_bit_for_bit(string picture)
    {
        RgbImage image = Decode(picture + ".png");
        Assert.Equal(PngFile.ReadRgb(TestFixtures.Find("image_gold", picture, "clip_crop_224.png")).Pixels, Clip.Crop(image).Pixels);

        float[] pixels = Clip.ToTensor(image);
        Npy strided = Npy.Read(TestFixtures.Find("image_gold", picture, "clip_pixels_stride8.npy"));
        for (int i = 0; i < strided.Values.Length; i++)
        {
            (int channel, int rest) = Math.DivRem(i, 28 * 28);
            Assert.Equal(strided.Values[i], pixels[(channel * 224 * 224) + (rest / 28 * 8 * 224) + (rest % 28 * 8)]);
        }
    }

    [Fact]
    public void All_clip_pixels_of_one_picture_are_identical() =>
        Assert.Equal(Npy.Read(TestFixtures.Find("image_gold", "figure1", "clip_pixels.npy")).Values, Clip.ToTensor(Decode("figure1.png")));

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Sam_input_is_the_official_one(string picture)
    {
        JsonElement golden = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("image_gold", picture, "gold.json"))).RootElement;
        RgbImage image = Decode(picture + ".png");

        RgbImage resized = Sam.Resize(image);
        float[] input = Sam.ToTensor(image);

        Assert.Equal(golden.GetProperty("sam_resized_rgb_sha256").GetString(), Sha256Hex.Of(resized.Pixels));
        JsonElement statistics = golden.GetProperty("sam_input_stats");
        Assert.Equal(3 * 1024 * 1024, input.Length);
        Assert.Equal(statistics.GetProperty("sum").GetDouble(), input.Sum(value => (double)value), 1e-5);
        Assert.Equal(statistics.GetProperty("abs_sum").GetDouble(), input.Sum(value => (double)Math.Abs(value)), 1e-5);
        Assert.Equal(statistics.GetProperty("min").GetSingle(), input.Min());
        Assert.Equal(statistics.GetProperty("max").GetSingle(), input.Max());
    }

    [Fact]
    public void A_picture_of_height_3_is_read_channels_first_as_the_official_program_does()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 50 * 3).Select(i => (byte)((i * 73) + 11))];

        float[] tensor = Clip.ToTensor(new RgbImage(50, 3, pixels));

        // Made by replaying the steps of transformers 4.31 (transpose, Pillow resize, transpose, crop, normalise) in NumPy.
        string sha256 = Sha256Hex.Of(MemoryMarshal.AsBytes<float>(tensor));
        Assert.Equal("365eb7a3ccd44474f6b647fad66a37805d42e2ec033f7b0faf859a529dc5d71a", sha256);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(500, 1)]
    [InlineData(1, 500)]
    [InlineData(3, 2)]
    public void Strips_of_any_shape_make_a_tensor(int width, int height)
    {
        RgbImage strip = PillowResizeTests.Noise(width, height, 9);
        Assert.Equal(3 * 224 * 224, Clip.ToTensor(strip).Length);
        Assert.Equal(3 * 1024 * 1024, Sam.ToTensor(strip).Length);
    }

    [Fact]
    public void Sam_pads_with_zeros_after_normalisation()
    {
        var flat = new RgbImage(2, 1, [200, 100, 50, 200, 100, 50]);
        float[] input = new SamPreprocessor(new SamPreprocessorSettings { FrameSize = 4 }).ToTensor(flat);
        float red = (200 - 123.675f) / 58.395f;
        Assert.Equal([red, red, red, red, red, red, red, red, 0, 0, 0, 0, 0, 0, 0, 0], input[..16]);
    }

    [Fact]
    public void Sizes_follow_the_official_rules()
    {
        foreach (JsonElement rule in Resizes.GetProperty("sam_sizes").EnumerateArray())
        {
            Assert.Equal(Size(rule, "out"), Sam.ContentSize(Size(rule, "hw").Width, Size(rule, "hw").Height));
        }

        foreach (JsonElement rule in Resizes.GetProperty("clip_sizes").EnumerateArray())
        {
            Assert.Equal(Size(rule, "out"), Clip.ResizedSize(Size(rule, "hw").Width, Size(rule, "hw").Height));
        }
    }

    [Fact]
    public void A_thread_of_a_picture_leaves_nothing_for_sam_and_says_so()
    {
        Assert.Equal((1, 1024), Sam.ContentSize(1, 2048));
        ImageException error = Assert.Throws<ImageException>(() => Sam.ContentSize(1, 2049));
        Assert.Contains("1 x 2049", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 4, 0, 1)] // lies down: 6 x 4 in a square of 6
    [InlineData(4, 7, 1, 0)] // stands: the extra row below is cut
    [InlineData(5, 4, 1, 1)] // the odd column of black is on the left
    public void A_crop_above_the_shorter_side_is_filled_up_with_black(int width, int height, int left, int top)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)200);
        ClipPreprocessor clip = new(new ClipPreprocessorSettings { ShortestSide = 4, CropSize = 6 });

        RgbImage square = clip.Crop(new RgbImage(width, height, pixels));

        Assert.Equal((6, 6), (square.Width, square.Height));
        for (int y = 0; y < 6; y++)
        {
            for (int x = 0; x < 6; x++)
            {
                bool inside = x >= left && x < left + Math.Min(width, 6) && y >= top && y < top + Math.Min(height, 6);
                Assert.Equal(inside ? 200 : 0, square.Pixels[((y * 6) + x) * 3]);
            }
        }
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => new ClipPreprocessor(new ClipPreprocessorSettings { ShortestSide = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => new ClipPreprocessor(new ClipPreprocessorSettings { ImageStd = [1, 0, 1] }));
        Assert.ThrowsAny<ArgumentException>(() => new SamPreprocessor(new SamPreprocessorSettings { FrameSize = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => new SamPreprocessor(new SamPreprocessorSettings { PixelMean = [1, 2] }));
    }

    private static bool IsFor(JsonElement item, string kind, string picture) =>
        item.TryGetProperty(kind, out JsonElement name) && name.GetString() == picture;

    private static (int Width, int Height) Size(JsonElement rule, string field) => (rule.GetProperty(field)[1].GetInt32(), rule.GetProperty(field)[0].GetInt32());

    private static RgbImage Decode(string picture) =>
        ImageDecoder.DecodeFile(TestFixtures.Find("images", picture), null, TestContext.Current.CancellationToken).Image;
}
