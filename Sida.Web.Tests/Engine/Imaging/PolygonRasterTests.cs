using FsCheck;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class PolygonRasterTests
{
    private static readonly Gen<PixelCorner[]> Rings =
        from count in Gen.Choose(0, 9)
        from coordinates in Gen.Choose(-120, 320).ArrayOf(2 * count)
        select coordinates.Chunk(2).Select(pair => new PixelCorner(pair[0] / 7.0, pair[1] / 7.0)).ToArray();

    [Fact]
    public void A_pixel_is_marked_when_its_centre_is_inside_an_odd_number_of_times() =>
        Prop.ForAll(Rings.ListOf(2).ToArbitrary(), rings =>
        {
            BinaryMask mask = PolygonRaster.Fill(31, 23, rings);
            return Enumerable.Range(0, mask.Values.Length).All(i =>
                mask.Values[i] == (IsInside(rings, (i % 31) + 0.5, (i / 31) + 0.5) ? 1 : 0));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_rectangle_of_whole_pixels_is_exactly_these()
    {
        BinaryMask mask = PolygonRaster.Fill(6, 5, [[new(1, 2), new(4, 2), new(4, 4), new(1, 4)]]);
        Assert.Equal(new PixelRectangle(1, 2, 3, 2), mask.FindBounds());
        Assert.Equal(6, mask.ForegroundPixels);
    }

    [Fact]
    public void What_lies_outside_the_picture_is_cut_off() =>
        Assert.Equal(30, PolygonRaster.Fill(6, 5, [[new(-900, -900), new(900, -900), new(900, 900), new(-900, 900)]]).ForegroundPixels);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e300)]
    public void A_corner_that_is_nowhere_is_refused(double x) =>
        Assert.Throws<RequestException>(() => PolygonRaster.Fill(6, 5, [[new(x, 0), new(1, 1), new(0, 1)]]));

    [Fact]
    public void Polygons_that_would_take_minutes_are_refused()
    {
        PixelCorner[] zigzag = [.. Enumerable.Range(0, 20_000).Select(i => new PixelCorner(i, i % 2 == 0 ? 0 : 10_000))];
        Assert.Throws<RequestException>(() => PolygonRaster.Fill(10_000, 10_000, [zigzag]));
    }

    private static bool IsInside(IEnumerable<PixelCorner[]> rings, double x, double y) => rings.Sum(ring => ring
        .Zip(ring.Skip(1).Concat(ring.Take(1)))
        .Count(side =>
        {
            (PixelCorner upper, PixelCorner lower) = side.First.Y <= side.Second.Y ? side : (side.Second, side.First);
            return upper.Y <= y && lower.Y > y && upper.X + ((y - upper.Y) * ((lower.X - upper.X) / (lower.Y - upper.Y))) <= x;
        })) % 2 == 1;
}
