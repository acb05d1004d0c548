using System.Text;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Engine.Imaging.Interop;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class HostileImageTests
{
    public static TheoryData<string> Formats() => Samples.Names();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_sample_is_read_for_what_it_is_whatever_its_name_says(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.txt");
        File.WriteAllBytes(path, Samples.All[name]);
        try
        {
            DecodedImage image = ImageDecoder.DecodeFile(path, null, TestContext.Current.CancellationToken);
            Assert.Equal((64, 48), (image.Image.Width, image.Image.Height));
            Assert.Contains(image.Format.ToString(), name, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_short_is_refused_wherever_it_was_cut(string name)
    {
        byte[] whole = Samples.All[name];
        for (int tenth = 1; tenth < 10; tenth++)
        {
            byte[] cut = whole[..(whole.Length * tenth / 10)];
            ImageException error = Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(cut));
            Assert.Matches("^The picture: the (Jpeg|Png|WebP|Gif|Tiff|Avif|Bmp) data is damaged or cut short; send the whole original file.$", error.Message);
        }
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello, I am a picture", "no picture of a known format")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "an SVG drawing")]
    [InlineData("<?xml version='1.0'?>\n<!-- --><SVG/>", "an SVG drawing")]
    [InlineData("%PDF-1.7\n", "a PDF document")]
    [InlineData("PK\u0003\u0004", "an archive")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom", "a video")]
    [InlineData("GIF88a", "no picture of a known format")]
    [InlineData("\u0089PNG\n", "no picture of a known format")]
    public void What_is_no_picture_is_refused_by_what_it_is(string content, string what)
    {
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(Encoding.Latin1.GetBytes(content)));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; send a JPEG, PNG, WebP, AVIF, TIFF, GIF or BMP file.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Heic_is_refused_with_a_way_out()
    {
        byte[] heic = [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, .. new byte[100]];
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(heic));
        Assert.Equal("The picture: HEIC pictures can't be decoded here; save it again as an ordinary 8-bit RGB JPEG or PNG.", error.Message);
    }

    [Theory]
    [InlineData("svgload_source", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("csvload_source", "1,2")]
    [InlineData("uhdrload_source", "x")]
    [InlineData("vipsload_source", "x")]
    public void Loaders_of_other_formats_are_blocked(string loader, string content)
    {
        NativeRuntimeException error = Assert.Throws<NativeRuntimeException>(
            () => new VipsImage(VipsLibrary.Instance, Encoding.Latin1.GetBytes(content), loader));
        Assert.Contains("blocked", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pngload")]
    [InlineData("csvload")]
    public void Loaders_that_open_paths_are_blocked(string loader)
    {
        using VipsOperation operation = new VipsOperation(VipsLibrary.Instance, loader).With("filename", "/etc/hostname");
        Assert.Contains("blocked", Assert.Throws<NativeRuntimeException>(operation.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_appended_to_a_picture_changes_its_name_and_no_pixel()
    {
        byte[] payload = "<script>alert(1)</script>PK\u0003\u0004"u8.ToArray();
        foreach ((string name, byte[] file) in Samples.All)
        {
            byte[] polyglot = [.. file, .. payload];
            DecodedImage image = ImageDecoderTests.Decode(polyglot);
            Assert.Equal(ImageDecoderTests.Decode(file).Image.Pixels, image.Image.Pixels);
            Assert.Equal(Sha256Hex.Of(polyglot), image.Sha256);
            Assert.True(ImageEncoder.EncodePng(image.Image).AsSpan().IndexOf(payload) < 0, name);
        }
    }

    [Theory]
    [InlineData(1, 2000)]
    [InlineData(2000, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 1500)]
    public void Strips_are_decoded(int width, int height)
    {
        RgbImage strip = PillowResizeTests.Noise(width, height, 2);
        Assert.Equal(strip.Pixels, ImageDecoderTests.Decode(ImageEncoder.EncodePng(strip)).Image.Pixels);
    }

    [Theory]
    [InlineData(50_000, 50_000, "the picture is 50000 x 50000 pixels, the limit is 16384 x 16384")]
    [InlineData(16_000, 16_000, "the limit is 100 megapixels")]
    [InlineData(16_385, 9, "the limit is 16384 x 16384")]
    [InlineData(2_001, 1, "one side may be at most 2000 times the other")]
    [InlineData(1, 2_001, "one side may be at most 2000 times the other")]
    [InlineData(1, 500_000_000, "the limit is 16384 x 16384")]
    public void A_header_beyond_the_limits_is_refused_before_any_pixel_is_decoded(int width, int height, string why)
    {
        // The data of one row only: a decoder that came so far would complain of that instead.
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(PngFile.Build(width, height, 1, 0, new byte[1 + ((width + 7) / 8)])));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_true_bomb_of_400_megapixels_in_a_small_file_is_refused()
    {
        byte[] bomb = PngFile.Build(20_000, 20_000, 1, 0, new byte[20_000 * 2_501]);
        Assert.True(bomb.Length < 1 << 20);
        Assert.Contains("20000 x 20000", Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(bomb)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        byte[] file = ImageEncoder.EncodePng(PillowResizeTests.Noise(20, 10, 1));
        Assert.Equal(20, ImageDecoderTests.Decode(file, new ImageLimits { MaxWidth = 20, MaxHeight = 10, MaxPixels = 200, MaxBytes = file.Length }).Image.Width);
        foreach (ImageLimits limits in new ImageLimits[]
        {
            new() { MaxWidth = 19 }, new() { MaxHeight = 9 }, new() { MaxPixels = 199 }, new() { MaxAspectRatio = 1.9 }, new() { MaxBytes = file.Length - 1 },
        })
        {
            Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(file, limits));
        }
    }

    [Fact]
    public void A_file_of_500_MB_is_refused_without_being_read()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.jpg");
        using (FileStream file = File.Create(path))
        {
            file.Write([0xFF, 0xD8, 0xFF, 0xE0]);
            file.SetLength(500_000_000);
        }

        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.DecodeFile(path, null, TestContext.Current.CancellationToken));
            Assert.Equal($"{Path.GetFileName(path)}: the file is larger than 64 MiB; send a smaller one.", error.Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_device_without_end_is_read_no_further_than_the_limit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: /dev/zero is Linux.");
        Assert.Throws<ImageException>(() => ImageDecoder.DecodeFile("/dev/zero", new ImageLimits { MaxBytes = 1 << 20 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_directory_and_a_name_of_two_lines_are_refused_in_one()
    {
        foreach (string path in new[] { Path.GetTempPath(), "/nowhere/two\nlines.png" })
        {
            ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.DecodeFile(path, null, TestContext.Current.CancellationToken));
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
