using FsCheck;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>Outlines of masks, and masks from outlines.</summary>
public sealed class MaskContoursTests
{
    [Fact]
    public void Filling_the_outlines_gives_the_mask_again() =>
        Prop.ForAll(SomeMasks.All.ToArbitrary(), mask =>
        {
            IReadOnlyList<MaskPolygon> regions = MaskContours.Trace(mask);
            BinaryMask filled = PolygonRaster.Fill(mask.Width, mask.Height, regions.SelectMany(region => region.Holes.Prepend(region.Outline)));
            return filled.Values.SequenceEqual(mask.Values);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Filling_each_region_as_one_ring_gives_its_pixels_and_no_others() =>
        Prop.ForAll(SomeMasks.All.ToArbitrary(), mask =>
        {
            byte[] sum = new byte[mask.Values.Length];
            foreach (MaskPolygon region in MaskContours.Trace(mask))
            {
                BinaryMask part = PolygonRaster.Fill(mask.Width, mask.Height, [region.ToSingleRing()]);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += part.Values[i];
                }
            }

            // A pixel in two regions would count 2.
            return sum.SequenceEqual(mask.Values);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Outlines_go_clockwise_and_holes_against_it() =>
        Prop.ForAll(SomeMasks.All.ToArbitrary(), mask => MaskContours.Trace(mask).All(region =>
            Area(region.Outline) > 0 && region.Holes.All(hole => Area(hole) < 0))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_is_one_region_with_one_hole()
    {
        BinaryMask frame = SomeMasks.Drawn("""
            .....
            .###.
            .#.#.
            .###.
            """);
        MaskPolygon region = Assert.Single(MaskContours.Trace(frame));
        Assert.Equal([new(4, 1), new(4, 4), new(1, 4), new(1, 1)], region.Outline);
        IReadOnlyList<PixelCorner> hole = Assert.Single(region.Holes);
        Assert.Equal([new(3, 3), new(3, 2), new(2, 2), new(2, 3)], hole.OrderByDescending(corner => corner.X).ThenByDescending(corner => corner.X == 3 ? corner.Y : -corner.Y));
    }

    [Fact]
    public void Corners_that_touch_do_not_join_regions()
    {
        Assert.Equal(2, MaskContours.Trace(SomeMasks.Drawn("""
            #.
            .#
            """)).Count);
        Assert.Single(MaskContours.Trace(SomeMasks.Drawn("""
            ##.
            .##
            """)));
    }

    [Fact]
    public void An_island_in_a_hole_is_a_region_of_its_own()
    {
        IReadOnlyList<MaskPolygon> regions = MaskContours.Trace(SomeMasks.Drawn("""
            #####
            #...#
            #.#.#
            #...#
            #####
            """));
        Assert.Equal([1, 0], regions.Select(region => region.Holes.Count));
    }

    [Fact]
    public void Nothing_has_no_outline() => Assert.Empty(MaskContours.Trace(new BinaryMask(3, 2, new byte[6])));

    [Fact]
    public void Noise_beyond_the_limit_is_refused()
    {
        byte[] values = [.. Enumerable.Range(0, 100).Select(i => (byte)(((i % 10) + (i / 10)) % 2))];
        RequestException error = Assert.Throws<RequestException>(() => MaskContours.Trace(new BinaryMask(10, 10, values), mostCorners: 50));
        Assert.Contains("run-length", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Twice the area inside a ring, positive when it goes clockwise on a screen.</summary>
    private static double Area(IReadOnlyList<PixelCorner> ring) => ring
        .Zip(ring.Skip(1).Append(ring[0]))
        .Sum(side => (side.First.X * side.Second.Y) - (side.Second.X * side.First.Y));
}
