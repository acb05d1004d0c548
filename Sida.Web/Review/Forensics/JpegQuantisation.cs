using System.Buffers.Binary;

namespace Sida.Web.Review.Forensics;

/// <summary>
/// Quantisation tables of a JPEG, and the quality setting that they come from. The usual encoders scale the example tables of the JPEG
/// standard (ITU-T T.81, annex K): below 50 by 5000 / q, above by 200 - 2 q percent. Cameras and Photoshop have tables of their own.
/// </summary>
internal static class JpegQuantisation
{
    /// <summary>Mean difference of a step, in percent of the step, up to which a setting is called near.</summary>
    private const double NearPercent = 12;

    private const int MostTables = 16;

    private static readonly int[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    /// <summary>Row-by-row position of each place in zigzag order.</summary>
    private static readonly int[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Takes the tables of one DQT segment: precision and number, then 64 steps of one or two bytes, in zigzag order.</summary>
    public static void ReadTables(ReadOnlySpan<byte> segment, MetadataBlocks blocks)
    {
        while (segment.Length > 0 && blocks.Quantisation.Count < MostTables)
        {
            int bytes = segment[0] >> 4 == 0 ? 1 : 2;
            if (segment.Length < 1 + (64 * bytes))
            {
                blocks.IsCut = true;
                return;
            }

            int[] table = new int[64];
            for (int i = 0; i < 64; i++)
            {
                table[ZigZag[i]] = bytes == 1 ? segment[1 + i] : BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + (2 * i))..]);
            }

            blocks.Quantisation.Add(table);
            segment = segment[(1 + (64 * bytes))..];
        }
    }

    /// <summary>What the tables tell; null when there are none.</summary>
    public static JpegFacts? Describe(MetadataBlocks blocks)
    {
        if (blocks.Quantisation.Count == 0)
        {
            return null;
        }

        int[] luminance = blocks.Quantisation[0];
        int nearest = Enumerable.Range(1, 100).MinBy(quality => Difference(luminance, quality));
        double difference = Difference(luminance, nearest);
        return new JpegFacts(difference <= NearPercent ? nearest : null, difference == 0, blocks.IsProgressive, blocks.Quantisation);
    }

    private static double Difference(int[] table, int quality)
    {
        int scale = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        double sum = 0;
        for (int i = 0; i < 64; i++)
        {
            int step = Math.Clamp(((Luminance[i] * scale) + 50) / 100, 1, 255);
            sum += 100.0 * Math.Abs(step - table[i]) / step;
        }

        return sum / 64;
    }
}
