using System.Text.Json;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class PillowResizeTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("resize_gold", "resize.json"))).RootElement;

    public static TheoryData<string, ResampleFilter, int, int, string, string> Pictures()
    {
        var data = new TheoryData<string, ResampleFilter, int, int, string, string>();
        foreach (JsonElement item in Golden.GetProperty("items").EnumerateArray().Where(item => item.TryGetProperty("src", out _)))
        {
            data.Add(
                item.GetProperty("src").GetString()!,
                Enum.Parse<ResampleFilter>(item.GetProperty("filter").GetString()!, ignoreCase: true),
                item.GetProperty("width").GetInt32(),
                item.GetProperty("height").GetInt32(),
                item.GetProperty("out").GetString()!,
                item.GetProperty("rgb_sha256").GetString()!);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_golden_resize_is_identical_byte_for_byte(string source, ResampleFilter filter, int width, int height, string golden, string sha256)
    {
        RgbImage resized = PillowResize.Resize(PngFile.ReadRgb(TestFixtures.Find("resize_gold", source)), width, height, filter);

        Assert.Equal(PngFile.ReadRgb(TestFixtures.Find("resize_gold", golden)).Pixels, resized.Pixels);
        Assert.Equal(sha256, Sha256Hex.Of(resized.Pixels));
    }

    [Theory]
    [InlineData(ResampleFilter.Bilinear)]
    [InlineData(ResampleFilter.Bicubic)]
    public void A_window_has_the_bytes_of_the_same_part_of_the_whole(ResampleFilter filter)
    {
        RgbImage source = Noise(61, 47, seed: 7);
        foreach ((int width, int height) in new[] { (20, 90), (61, 30), (100, 47), (61, 47), (7, 5), (150, 140) })
        {
            RgbImage whole = PillowResize.Resize(source, width, height, filter);
            var window = new PixelRectangle(width / 3, height / 4, width - (width / 2), height - (height / 2));
            RgbImage part = PillowResize.Resize(source, width, height, filter, window);
            for (int y = 0; y < window.Height; y++)
            {
                Assert.Equal(
                    whole.Pixels.AsSpan(((window.Y + y) * width + window.X) * 3, window.Width * 3),
                    part.Pixels.AsSpan(y * window.Width * 3, window.Width * 3));
            }
        }
    }

    [Fact]
    public void A_flat_picture_stays_flat_at_every_size()
    {
        byte[] pixels = new byte[97 * 13 * 3];
        Array.Fill(pixels, (byte)201);
        var flat = new RgbImage(97, 13, pixels);
        foreach (ResampleFilter filter in Enum.GetValues<ResampleFilter>())
        {
            foreach ((int width, int height) in new[] { (1, 1), (1, 300), (300, 1), (97, 14), (1000, 3), (13, 97) })
            {
                Assert.All(PillowResize.Resize(flat, width, height, filter).Pixels, value => Assert.Equal(201, value));
            }
        }
    }

    [Fact]
    public void A_small_window_of_an_extreme_strip_needs_little_memory()
    {
        RgbImage strip = Noise(20_000, 1, seed: 3);
        long before = GC.GetAllocatedBytesForCurrentThread();

        RgbImage middle = PillowResize.Resize(strip, 224 * 20_000, 224, ResampleFilter.Bicubic, new PixelRectangle(112 * 19_999, 0, 224, 224));

        Assert.Equal(224 * 224 * 3, middle.Pixels.Length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_window_outside_the_picture_is_refused()
    {
        RgbImage image = Noise(4, 4, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.Resize(image, 0, 4, ResampleFilter.Bilinear));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PillowResize.Resize(image, 8, 8, ResampleFilter.Bilinear, new PixelRectangle(4, 0, 5, 8)));
    }

    internal static RgbImage Noise(int width, int height, int seed)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}
