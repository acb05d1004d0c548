using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class BmpReaderTests
{
    private static readonly byte[] FourColours = [30, 20, 10, 0, 60, 50, 40, 0, 90, 80, 70, 0, 120, 110, 100, 0];

    [Fact]
    public void Twenty_four_bits_are_blue_green_red_from_the_bottom() =>
        Assert.Equal([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10], Pixels(BmpFile.Build(2, 2, 24, [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])));

    [Fact]
    public void A_negative_height_means_from_the_top() =>
        Assert.Equal([3, 2, 1, 6, 5, 4], Pixels(BmpFile.Build(1, -2, 24, [[1, 2, 3], [4, 5, 6]])));

    [Fact]
    public void The_fourth_byte_of_thirty_two_bits_is_dropped()
    {
        Assert.Equal([3, 2, 1], Pixels(BmpFile.Build(1, 1, 32, [[1, 2, 3, 99]])));
        Assert.Equal([3, 2, 1], Pixels(BmpFile.Build(1, 1, 32, [[1, 2, 3, 99]], compression: 3, masks: [0xFF0000, 0xFF00, 0xFF])));
    }

    [Fact]
    public void Sixteen_bits_have_five_or_six_a_colour()
    {
        byte[] white = [0xFF, 0xFF];
        Assert.Equal([248, 248, 248], Pixels(BmpFile.Build(1, 1, 16, [white])));
        Assert.Equal([248, 252, 248], Pixels(BmpFile.Build(1, 1, 16, [white], compression: 3, masks: [0xF800, 0x7E0, 0x1F])));
        Assert.Equal([248, 0, 0], Pixels(BmpFile.Build(1, 1, 16, [[0x00, 0x7C]])));
        Assert.Equal([0, 252, 0], Pixels(BmpFile.Build(1, 1, 16, [[0xE0, 0x07]], compression: 3, masks: [0xF800, 0x7E0, 0x1F])));
    }

    [Fact]
    public void Palettes_have_one_four_or_eight_bits()
    {
        Assert.Equal([10, 20, 30, 40, 50, 60, 10, 20, 30], Pixels(BmpFile.Build(3, 1, 1, [[0b0100_0000]], FourColours[..8])));
        Assert.Equal([40, 50, 60, 100, 110, 120, 70, 80, 90], Pixels(BmpFile.Build(3, 1, 4, [[0x13, 0x20]], FourColours)));
        Assert.Equal([70, 80, 90, 10, 20, 30], Pixels(BmpFile.Build(2, 1, 8, [[2, 0]], FourColours)));
        Assert.Equal([0, 0, 0], Pixels(BmpFile.Build(1, 1, 8, [[200]], FourColours)));
    }

    [Fact]
    public void The_small_header_of_os2_has_palette_entries_of_three_bytes() =>
        Assert.Equal([40, 50, 60, 10, 20, 30], Pixels(BmpFile.BuildCore(2, 1, 1, [[0b1000_0000]], [30, 20, 10, 60, 50, 40])));

    [Fact]
    public void A_picture_of_many_strips_is_whole()
    {
        RgbImage noise = PillowResizeTests.Noise(1001, 700, 5);
        byte[][] rows = [.. Enumerable.Range(0, 700).Select(y => noise.Pixels[(y * 3003)..((y + 1) * 3003)])];
        foreach (byte[] row in rows)
        {
            for (int i = 0; i < row.Length; i += 3)
            {
                (row[i], row[i + 2]) = (row[i + 2], row[i]);
            }
        }

        Assert.Equal(noise.Pixels, Pixels(BmpFile.Build(1001, 700, 24, rows)));
    }

    [Theory]
    [InlineData(8, 1, "compressed")]
    [InlineData(4, 2, "compressed")]
    [InlineData(24, 4, "compressed")]
    [InlineData(2, 0, "2 bits a pixel")]
    [InlineData(64, 0, "64 bits a pixel")]
    public void Other_kinds_are_refused_by_name(int bits, int compression, string why)
    {
        ImageException error = Assert.Throws<ImageException>(() => Pixels(BmpFile.Build(1, 1, bits, [new byte[8]], FourColours, compression)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unusual_masks_are_refused() =>
        Assert.Throws<ImageException>(() => Pixels(BmpFile.Build(1, 1, 32, [new byte[4]], compression: 3, masks: [0xFF, 0xFF00, 0xFF0000])));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-3, 5)]
    [InlineData(5, int.MinValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(16_384, 1)]
    [InlineData(3, 3)]
    public void Sizes_that_the_file_does_not_hold_are_refused(int width, int height) =>
        Assert.Throws<ImageException>(() => Pixels(BmpFile.Build(width, height, 24, [[1, 2, 3]])));

    private static byte[] Pixels(byte[] file) => ImageDecoderTests.Decode(file).Image.Pixels;
}
