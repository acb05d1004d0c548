using System.Collections;

namespace Sida.Engine.Imaging;

/// <summary>
/// Outlines of a mask along the edges of its pixels, so that filling them gives exactly the mask again. Pixels that touch by a side are one
/// region; those that only touch at a corner are two.
/// </summary>
public static class MaskContours
{
    /// <summary>Corners that a mask may have unless the caller says otherwise; a drawn mask has some thousands.</summary>
    public const int DefaultMostCorners = 1_000_000;

    /// <summary>Traces every region.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="mostCorners">Corners of all rings together; noise has nearly as many as pixels.</param>
    /// <returns>Regions in the order of their uppermost pixels; none for an empty mask.</returns>
    /// <exception cref="RequestException">The mask is more ragged than that.</exception>
    public static IReadOnlyList<MaskPolygon> Trace(BinaryMask mask, int mostCorners = DefaultMostCorners)
    {
        ArgumentNullException.ThrowIfNull(mask);
        MaskRegions regions = MaskRegions.Find(mask);
        BitArray walked = new(mask.Values.Length);
        Dictionary<int, (List<PixelCorner> Outline, List<IReadOnlyList<PixelCorner>> Holes)> found = [];
        int corners = 0;
        for (int y = 0; y < mask.Height; y++)
        {
            for (int x = 0; x < mask.Width; x++)
            {
                // Every ring has an upper edge: a marked pixel below an unmarked one.
                int pixel = (y * mask.Width) + x;
                if (mask.Values[pixel] == 0 || (y > 0 && mask.Values[pixel - mask.Width] != 0) || walked[pixel])
                {
                    continue;
                }

                List<PixelCorner> ring = Walk(mask, walked, x, y, mostCorners - corners);
                corners += ring.Count;
                int region = regions.At(x, y);
                if (found.TryGetValue(region, out (List<PixelCorner> Outline, List<IReadOnlyList<PixelCorner>> Holes) known))
                {
                    // The first ring of a region, from above, is around it; the others are inside.
                    known.Holes.Add(ring);
                }
                else
                {
                    found.Add(region, (ring, []));
                }
            }
        }

        return [.. found.Values.Select(region => new MaskPolygon(region.Outline, region.Holes))];
    }

    /// <summary>Follows one ring with the region to the right, from a pixel's upper left corner.</summary>
    private static List<PixelCorner> Walk(BinaryMask mask, BitArray walked, int startX, int startY, int mostCorners)
    {
        List<PixelCorner> ring = [];
        (int x, int y, int dx, int dy) = (startX, startY, 1, 0);
        do
        {
            if (dx == 1)
            {
                walked[(y * mask.Width) + x] = true;
            }

            (x, y) = (x + dx, y + dy);

            // The pixels ahead: to the right is (dx, dy) turned clockwise, which is (-dy, dx) with y downwards.
            bool right = IsMarked(mask, x + Ahead(dx, -dy), y + Ahead(dy, dx));
            bool left = IsMarked(mask, x + Ahead(dx, dy), y + Ahead(dy, -dx));
            (int nextX, int nextY) = !right ? (-dy, dx) : left ? (dy, -dx) : (dx, dy);
            if ((nextX, nextY) != (dx, dy))
            {
                ring.Add(new PixelCorner(x, y));
                if (ring.Count > mostCorners)
                {
                    throw new RequestException("The mask has too many ragged edges to be written as polygons; use run-length codes for it.");
                }
            }

            (dx, dy) = (nextX, nextY);
        }
        while ((x, y, dx, dy) != (startX, startY, 1, 0));
        return ring;
    }

    /// <summary>From a corner to the pixel that lies in the direction of two unit steps: -1 before it, 0 behind it.</summary>
    private static int Ahead(int along, int across) => along + across > 0 ? 0 : -1;

    private static bool IsMarked(BinaryMask mask, int x, int y) =>
        (uint)x < (uint)mask.Width && (uint)y < (uint)mask.Height && mask.Values[(y * mask.Width) + x] != 0;
}
