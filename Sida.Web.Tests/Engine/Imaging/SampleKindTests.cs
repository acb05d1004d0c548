using System.Runtime.InteropServices;
using Sida.Engine;
using Sida.Engine.Imaging.Interop;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>Every kind of sample comes out as OpenCV's imread gives it. The expected values were compared with OpenCV 4.6 once.</summary>
public sealed class SampleKindTests
{
    private static readonly byte[] Eight = [3, 250, 7, 90, 41, 200, 128, 0, 255, 17, 64, 33];

    [Fact]
    public void Grey_is_repeated() =>
        Assert.Equal([3, 3, 3, 250, 250, 250, 7, 7, 7, 90, 90, 90], Pixels(PngFile.Build(2, 2, 8, 0, [0, 3, 250, 0, 7, 90])));

    [Fact]
    public void Grey_of_fewer_bits_is_stretched() =>
        Assert.Equal([0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], Pixels(PngFile.Build(4, 1, 2, 0, [0, 0b00_01_10_11])));

    [Fact]
    public void Alpha_of_a_png_is_dropped_and_what_it_hid_is_seen()
    {
        Assert.Equal([9, 8, 7, 6, 5, 4], Pixels(PngFile.Build(2, 1, 8, 6, [0, 9, 8, 7, 0, 6, 5, 4, 128])));
        Assert.Equal([9, 9, 9, 7, 7, 7], Pixels(PngFile.Build(2, 1, 8, 4, [0, 9, 0, 7, 255])));
    }

    [Fact]
    public void A_palette_is_applied_and_its_alpha_dropped()
    {
        byte[] file = PngFile.Build(4, 1, 2, 3, [0, 0b11_10_01_00], ("PLTE", Eight), ("tRNS", [0, 128, 255]));
        Assert.Equal([17, 64, 33, 128, 0, 255, 90, 41, 200, 3, 250, 7], Pixels(file));
    }

    [Fact]
    public void Sixteen_bits_of_a_png_become_the_high_byte()
    {
        Assert.Equal([0x12, 0xFE, 0x80], Pixels(PngFile.Build(1, 1, 16, 2, [0, 0x12, 0xFF, 0xFE, 0x00, 0x80, 0x80])));
        Assert.Equal([0x12, 0x12, 0x12], Pixels(PngFile.Build(1, 1, 16, 0, [0, 0x12, 0xFF])));
        Assert.Equal([0x12, 0xFE, 0x80], Pixels(PngFile.Build(1, 1, 16, 6, [0, 0x12, 0xFF, 0xFE, 0x00, 0x80, 0x80, 0x55, 0x55])));
    }

    [Fact]
    public void Sixteen_bits_of_an_rgb_tiff_are_rounded_and_of_a_grey_one_cut()
    {
        Assert.Equal([0x13, 0xFD, 0x80], Pixels(TiffFile.Build(1, 1, 16, 2, 3, Bytes(0x12FF, 0xFE00 - 0x80, 0x8080))));
        Assert.Equal([0x12, 0x12, 0x12], Pixels(TiffFile.Build(1, 1, 16, 1, 1, Bytes(0x12FF))));
    }

    [Fact]
    public void A_tiff_of_plain_rgb_is_itself() => Assert.Equal(Eight, Pixels(TiffFile.Build(2, 2, 8, 2, 3, Eight)));

    [Fact]
    public void Cmyk_of_a_tiff_becomes_light() =>
        Assert.Equal([13, 44, 60], Pixels(TiffFile.Build(1, 1, 8, 5, 4, [210, 105, 50, 180], (332, [1]))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cmyk_of_a_jpeg_is_taken_as_inverted_whether_or_not_adobe_signed_it(bool adobe) =>
        Assert.Equal([142, 72, 36], Pixels(JpegFile.Flat([200, 100, 50, 180], adobe))[..3]);

    [Theory]
    [InlineData(0, 50, 100, 20)]
    [InlineData(1, 50, 100, 20)]
    [InlineData(2, 25, 50, 10)]
    public void Alpha_of_a_tiff_is_multiplied_in_unless_the_file_says_it_was(int extraSamples, byte red, byte green, byte blue) =>
        Assert.Equal([red, green, blue], Pixels(TiffFile.Build(1, 1, 8, 2, 4, [50, 100, 20, 128], (338, [extraSamples]))));

    [Theory]
    [InlineData("8")]
    [InlineData("10")]
    [InlineData("12")]
    public void Avif_of_any_depth_has_the_colours_that_went_in(string bits)
    {
        byte[] flat = [.. Enumerable.Repeat(new byte[] { 200, 100, 50 }, 32 * 32).SelectMany(pixel => pixel)];
        byte[] file = VipsSaver.Save("heifsave_buffer", flat, 32, 32, 3, ("compression", "av1"), ("effort", "0"), ("Q", "95"), ("bitdepth", bits));
        foreach (byte[] pixel in Pixels(file).Chunk(3))
        {
            Assert.InRange(pixel[0], 197, 203);
            Assert.InRange(pixel[1], 97, 103);
            Assert.InRange(pixel[2], 47, 53);
        }
    }

    [Fact]
    public void Black_and_white_tiffs_know_which_is_which()
    {
        Assert.Equal([255, 255, 255, 0, 0, 0], Pixels(TiffFile.Build(2, 1, 1, 1, 1, [0b1000_0000])));
        Assert.Equal([0, 0, 0, 255, 255, 255], Pixels(TiffFile.Build(2, 1, 1, 0, 1, [0b1000_0000])));
    }

    [Theory]
    [InlineData(32, 2, 3, "grey, RGB or CMYK of 8 or 16 bits")]
    [InlineData(8, 6, 3, "YCbCr colours")]
    public void Samples_that_nobody_could_show_are_refused(int bits, int photometric, int samples, string why)
    {
        ImageException error = Assert.Throws<ImageException>(() => Pixels(TiffFile.Build(1, 1, bits, photometric, samples, new byte[bits / 8 * samples])));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains("save it again as an ordinary 8-bit RGB JPEG or PNG", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(params ushort[] values) => MemoryMarshal.AsBytes<ushort>(values).ToArray();

    private static byte[] Pixels(byte[] file) => ImageDecoderTests.Decode(file).Image.Pixels;
}
