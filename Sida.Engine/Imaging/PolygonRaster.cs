namespace Sida.Engine.Imaging;

/// <summary>
/// Fills polygons by the even-odd rule: a pixel is marked when its centre is inside. Rings may lie outside the picture, cross themselves
/// and each other; a ring within another cuts a hole.
/// </summary>
public static class PolygonRaster
{
    /// <summary>Corners of all rings of one mask together.</summary>
    public const int MostCorners = MaskContours.DefaultMostCorners * 2;

    /// <summary>Rows that all edges of one mask cross together: what filling them costs.</summary>
    public const long MostCrossings = 64_000_000;

    private const double FurthestCorner = 1e7;

    /// <summary>Fills rings into a mask.</summary>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="rings">Each closed by itself; fewer than three corners enclose nothing.</param>
    /// <exception cref="RequestException">A corner isn't a place, or there are too many of them, or of the rows that they span.</exception>
    public static BinaryMask Fill(int width, int height, IEnumerable<IReadOnlyList<PixelCorner>> rings)
    {
        ArgumentNullException.ThrowIfNull(rings);
        List<Edge> edges = Edges(height, rings);
        edges.Sort((a, b) => a.FirstRow.CompareTo(b.FirstRow));
        byte[] values = new byte[checked(width * height)];
        List<Edge> active = [];
        List<double> crossings = [];
        int next = 0;
        for (int y = 0; y < height && (next < edges.Count || active.Count > 0); y++)
        {
            active.RemoveAll(edge => edge.LastRow < y);
            for (; next < edges.Count && edges[next].FirstRow == y; next++)
            {
                active.Add(edges[next]);
            }

            crossings.Clear();
            crossings.AddRange(active.Select(edge => edge.CrossingAt(y + 0.5)));
            crossings.Sort();
            Span<byte> row = values.AsSpan(y * width, width);
            for (int i = 0; i + 1 < crossings.Count; i += 2)
            {
                (int start, int end) = (FirstCentreFrom(crossings[i], width), FirstCentreFrom(crossings[i + 1], width));
                row[start..end].Fill(1);
            }
        }

        return new BinaryMask(width, height, values);
    }

    /// <summary>The first column whose centre is at or right of x.</summary>
    private static int FirstCentreFrom(double x, int width) => (int)Math.Clamp(Math.Ceiling(x - 0.5), 0, width);

    private static List<Edge> Edges(int height, IEnumerable<IReadOnlyList<PixelCorner>> rings)
    {
        List<Edge> edges = [];
        int corners = 0;
        long crossings = 0;
        foreach (IReadOnlyList<PixelCorner> ring in rings)
        {
            corners += ring.Count;
            if (corners > MostCorners)
            {
                throw TooMuch();
            }

            for (int i = 0; i < ring.Count; i++)
            {
                Check(ring[i]);
                if (Edge.Between(ring[i], ring[(i + 1) % ring.Count], height) is { } edge)
                {
                    edges.Add(edge);
                    crossings += edge.LastRow - edge.FirstRow + 1;
                }
            }

            if (crossings > MostCrossings)
            {
                throw TooMuch();
            }
        }

        return edges;
    }

    private static RequestException TooMuch() => new("The polygons of one mask have too many corners; send a run-length code instead.");

    private static void Check(PixelCorner corner)
    {
        if (!(Math.Abs(corner.X) <= FurthestCorner && Math.Abs(corner.Y) <= FurthestCorner))
        {
            throw new RequestException(FormattableString.Invariant($"A polygon has a corner at ({corner.X}, {corner.Y}), which is nowhere near a picture; give corners in pixels."));
        }
    }

    /// <summary>A side of a polygon that crosses the centre lines of some rows.</summary>
    private readonly record struct Edge(int FirstRow, int LastRow, PixelCorner Upper, double Slope)
    {
        public static Edge? Between(PixelCorner a, PixelCorner b, int height)
        {
            (PixelCorner upper, PixelCorner lower) = a.Y <= b.Y ? (a, b) : (b, a);

            // A centre line belongs to the edge that begins on it, not to the one that ends on it, so that none counts twice.
            int first = (int)Math.Max(Math.Ceiling(upper.Y - 0.5), 0);
            int last = (int)Math.Min(Math.Ceiling(lower.Y - 0.5) - 1, height - 1);
            return first > last ? null : new Edge(first, last, upper, (lower.X - upper.X) / (lower.Y - upper.Y));
        }

        public double CrossingAt(double y) => Upper.X + ((y - Upper.Y) * Slope);
    }
}
