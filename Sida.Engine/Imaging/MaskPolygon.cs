namespace Sida.Engine.Imaging;

/// <summary>One connected region of a mask: its outline, and the outlines of what is left out of it. Rings are closed by themselves.</summary>
/// <param name="Outline">Corners clockwise as one sees the picture.</param>
/// <param name="Holes">Corners of each hole, counter-clockwise.</param>
public sealed record MaskPolygon(IReadOnlyList<PixelCorner> Outline, IReadOnlyList<IReadOnlyList<PixelCorner>> Holes)
{
    /// <summary>
    /// The region as one ring, for formats without holes: from a corner of the outline to a hole's corner, around it, and back on the same
    /// way. That way has no area, so a fill by the even-odd or the winding rule gives the region with its holes.
    /// </summary>
    public IReadOnlyList<PixelCorner> ToSingleRing()
    {
        List<PixelCorner> ring = [.. Outline];
        foreach (IReadOnlyList<PixelCorner> hole in Holes)
        {
            PixelCorner last = Outline[^1];
            ring.AddRange([.. hole, hole[0], last]);
        }

        return ring;
    }
}
