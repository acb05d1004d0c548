using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class BinaryMaskTests
{
    public static TheoryData<string> Cases() => [.. GoldenCase.WithMasks()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_official_grey_mask_is_0_and_100(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        string expected = golden.Saved("_mask_0.jpg").GetProperty("u8_sha256").GetString()!;
        Assert.Equal(expected, Sha256Hex.Of(golden.Mask(0).ToGrey(100)));
    }

    [Fact]
    public void Bounds_count_and_share_are_those_of_the_marked_pixels()
    {
        BinaryMask mask = Marked(10, 8, (3, 2), (7, 2), (5, 6));
        Assert.Equal(new PixelRectangle(3, 2, 5, 5), mask.FindBounds());
        Assert.Equal(3, mask.ForegroundPixels);
        Assert.Equal(3 / 80.0, mask.Share);
        Assert.Equal(new PixelRectangle(9, 7, 1, 1), Marked(10, 8, (9, 7)).FindBounds());
    }

    [Fact]
    public void An_empty_mask_is_nowhere()
    {
        BinaryMask empty = Marked(10, 8);
        Assert.Null(empty.FindBounds());
        Assert.Null(empty.FindPlace());
        Assert.Equal(0, empty.Share);
    }

    [Theory]
    [InlineData(0, 0, "upper left")]
    [InlineData(4, 1, "top")]
    [InlineData(8, 2, "upper right")]
    [InlineData(2, 3, "left")]
    [InlineData(3, 5, "centre")]
    [InlineData(6, 4, "right")]
    [InlineData(1, 6, "lower left")]
    [InlineData(5, 8, "bottom")]
    [InlineData(8, 8, "lower right")]
    public void A_place_is_the_ninth_in_which_the_mask_has_its_centre_of_gravity(int x, int y, string words) =>
        Assert.Equal(words, Marked(9, 9, (x, y)).FindPlace()!.Value.InWords());

    [Fact]
    public void A_place_weighs_all_marked_pixels()
    {
        Assert.Equal(MaskPlace.Centre, Marked(9, 9, (0, 0), (8, 8)).FindPlace());
        Assert.Equal(MaskPlace.Top, Marked(9, 3, (0, 0), (8, 0)).FindPlace());
        Assert.Equal(MaskPlace.Right, Marked(100, 1, (98, 0), (99, 0), (3, 0)).FindPlace());
        Assert.Equal(MaskPlace.Centre, Marked(1, 1, (0, 0)).FindPlace());
    }

    [Fact]
    public void Values_other_than_0_and_1_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BinaryMask(2, 1, [1, 2]));
        Assert.Throws<ArgumentException>(() => new BinaryMask(2, 2, [1, 0]));
    }

    internal static BinaryMask Marked(int width, int height, params (int X, int Y)[] pixels)
    {
        byte[] values = new byte[width * height];
        foreach ((int x, int y) in pixels)
        {
            values[(y * width) + x] = 1;
        }

        return new BinaryMask(width, height, values);
    }
}
