using System.Text;

namespace Sida.Engine.Imaging;

/// <summary>
/// A mask as COCO's run-length code: pixels column by column, lengths of alternating runs beginning with the unmarked ones.
/// Source: cocoapi, common/maskApi.c.
/// </summary>
public sealed class RunLengthCode
{
    private const int ColumnsAtOnce = 64;

    private RunLengthCode(int width, int height, int[] counts) => (Width, Height, Counts) = (width, height, counts);

    /// <summary>Columns of the mask.</summary>
    public int Width { get; }

    /// <summary>Rows of the mask.</summary>
    public int Height { get; }

    /// <summary>Run lengths: unmarked, marked, unmarked ... Their sum is Width * Height; the first may be 0.</summary>
    public int[] Counts { get; }

    /// <summary>Encodes a mask.</summary>
    public static RunLengthCode Encode(BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        List<int> counts = [];
        byte current = 0;
        int run = 0;
        byte[] columns = new byte[Math.Min(ColumnsAtOnce, mask.Width) * mask.Height];
        for (int left = 0; left < mask.Width; left += ColumnsAtOnce)
        {
            // Turned in blocks: walking a large mask down one column at a time would miss the cache at every step.
            int width = Math.Min(ColumnsAtOnce, mask.Width - left);
            for (int y = 0; y < mask.Height; y++)
            {
                ReadOnlySpan<byte> row = mask.Row(y).Slice(left, width);
                for (int x = 0; x < row.Length; x++)
                {
                    columns[(x * mask.Height) + y] = row[x];
                }
            }

            Scan(columns.AsSpan(0, width * mask.Height), counts, ref current, ref run);
        }

        counts.Add(run);
        return new RunLengthCode(mask.Width, mask.Height, [.. counts]);
    }

    /// <summary>Takes run lengths that came from elsewhere.</summary>
    /// <exception cref="RequestException">The lengths don't add up to the mask's size.</exception>
    public static RunLengthCode FromCounts(int width, int height, int[] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        long size = CheckedSize(width, height);
        long sum = 0;
        foreach (int count in counts)
        {
            sum += count < 0 ? size + 1 : count;
        }

        if (sum != size || counts.LongLength > size + 1)
        {
            throw new RequestException($"The run lengths of this mask don't add up to {width} x {height} pixels; send the mask again in its picture's size.");
        }

        return new RunLengthCode(width, height, (int[])counts.Clone());
    }

    /// <summary>Reads COCO's compressed string.</summary>
    /// <exception cref="RequestException">The text is no such code, or not of this size.</exception>
    public static RunLengthCode Parse(int width, int height, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        long size = CheckedSize(width, height);
        List<int> counts = [];
        for (int at = 0; at < text.Length;)
        {
            long value = ReadNumber(text, ref at);
            value += counts.Count > 2 ? counts[^2] : 0;
            if (value < 0 || value > size || counts.Count > size)
            {
                throw new RequestException($"The mask's code has an impossible run length near character {at}; send the mask again in its picture's size.");
            }

            counts.Add((int)value);
        }

        return FromCounts(width, height, [.. counts]);
    }

    /// <summary>Decodes into pixels.</summary>
    public BinaryMask Decode()
    {
        byte[] values = new byte[Width * Height];
        (int x, int y, bool marked) = (0, 0, false);
        foreach (int count in Counts)
        {
            for (int left = count; left > 0;)
            {
                int rows = Math.Min(left, Height - y);
                for (int end = y + rows; marked && y < end; y++)
                {
                    values[(y * Width) + x] = 1;
                }

                y = marked ? y : y + rows;
                left -= rows;
                (x, y) = y == Height ? (x + 1, 0) : (x, y);
            }

            marked = !marked;
        }

        return new BinaryMask(Width, Height, values);
    }

    /// <summary>
    /// COCO's compressed string: each run as its difference from the run two before (from the fourth run on), in groups of 5 bits, low
    /// ones first, bit 5 set while more follow, 48 added to make it printable.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Counts.Length; i++)
        {
            int value = i > 2 ? Counts[i] - Counts[i - 2] : Counts[i];
            bool more;
            do
            {
                int group = value & 31;
                value >>= 5;
                more = (group & 16) == 0 ? value != 0 : value != -1;
                text.Append((char)((more ? group | 32 : group) + 48));
            }
            while (more);
        }

        return text.ToString();
    }

    private static void Scan(ReadOnlySpan<byte> pixels, List<int> counts, ref byte current, ref int run)
    {
        while (true)
        {
            int same = pixels.IndexOf((byte)(1 - current));
            if (same < 0)
            {
                run += pixels.Length;
                return;
            }

            counts.Add(run + same);
            run = 0;
            current = (byte)(1 - current);
            pixels = pixels[same..];
        }
    }

    private static long ReadNumber(string text, ref int at)
    {
        long value = 0;
        for (int shift = 0; shift < 35 && at < text.Length; shift += 5)
        {
            int group = text[at++] - 48;
            if (group is < 0 or > 63)
            {
                break;
            }

            value |= (long)(group & 31) << shift;
            if ((group & 32) == 0)
            {
                return (group & 16) == 0 ? value : value | (-1L << (shift + 5));
            }
        }

        throw new RequestException($"The mask's code is not a COCO run-length string near character {at}; send the mask again.");
    }

    private static long CheckedSize(int width, int height)
    {
        long size = (long)width * height;
        return width > 0 && height > 0 && size <= Array.MaxLength
            ? size
            : throw new RequestException($"A mask can't be {width} x {height} pixels; send the size of its picture.");
    }
}
