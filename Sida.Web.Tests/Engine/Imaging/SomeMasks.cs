using FsCheck;
using FsCheck.Fluent;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>Masks for property tests: noise of every density, and blobs as people draw them.</summary>
internal static class SomeMasks
{
    public static Gen<BinaryMask> All { get; } =
        from width in Gen.Choose(1, 60)
        from height in Gen.Choose(1, 40)
        from mask in OfSize(width, height)
        select mask;

    public static Gen<BinaryMask> OfSize(int width, int height) =>
        from kind in Gen.Choose(0, 5)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select kind switch
        {
            0 => Noise(width, height, 0, seed),
            1 => Noise(width, height, 1, seed),
            2 => Noise(width, height, 0.5, seed),
            3 => Noise(width, height, 0.03, seed),
            _ => Blobs(width, height, seed),
        };

    /// <summary>A mask from lines of '#' and '.'.</summary>
    public static BinaryMask Drawn(string picture)
    {
        string[] lines = picture.Split('\n', StringSplitOptions.TrimEntries);
        return new BinaryMask(lines[0].Length, lines.Length, [.. lines.SelectMany(line => line.Select(c => c == '#' ? (byte)1 : (byte)0))]);
    }

    private static BinaryMask Noise(int width, int height, double density, int seed)
    {
        Random random = new(seed);
        return new BinaryMask(width, height, [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble() < density ? (byte)1 : (byte)0)]);
    }

    private static BinaryMask Blobs(int width, int height, int seed)
    {
        Random random = new(seed);
        byte[] values = new byte[width * height];
        for (int blob = 0; blob < 6; blob++)
        {
            (int x, int y, int radius) = (random.Next(width), random.Next(height), random.Next(1, 12));
            for (int i = 0; i < values.Length; i++)
            {
                (int dx, int dy) = ((i % width) - x, (i / width) - y);
                values[i] = (dx * dx) + (dy * dy) < radius * radius ? (byte)(blob % 3 == 2 ? 0 : 1) : values[i];
            }
        }

        return new BinaryMask(width, height, values);
    }
}
