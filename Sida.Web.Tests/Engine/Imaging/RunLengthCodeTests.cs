using FsCheck;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class RunLengthCodeTests
{
    private static readonly Gen<BinaryMask> Masks =
        from width in Gen.Choose(1, 150)
        from height in Gen.Choose(1, 40)
        from density in Gen.Elements(0.0, 0.01, 0.5, 0.97, 1.0)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Random(width, height, density, seed);

    [Fact]
    public void Every_mask_survives_both_codes() =>
        Prop.ForAll(Masks.ToArbitrary(), mask =>
        {
            RunLengthCode code = RunLengthCode.Encode(mask);
            RunLengthCode parsed = RunLengthCode.Parse(mask.Width, mask.Height, code.ToString());
            return code.Counts.SequenceEqual(parsed.Counts)
                && parsed.Decode().Values.SequenceEqual(mask.Values)
                && RunLengthCode.FromCounts(mask.Width, mask.Height, code.Counts).Decode().Values.SequenceEqual(mask.Values);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Runs_alternate_down_the_columns_and_begin_unmarked() =>
        Prop.ForAll(Masks.ToArbitrary(), mask =>
        {
            List<int> expected = [0];
            byte current = 0;
            for (int i = 0; i < mask.Values.Length; i++)
            {
                byte value = mask.Values[(i % mask.Height * mask.Width) + (i / mask.Height)];
                if (value != current)
                {
                    expected.Add(0);
                    current = value;
                }

                expected[^1]++;
            }

            return RunLengthCode.Encode(mask).Counts.SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    // Strings made by cocoapi's own rleToString from the same counts.
    [Theory]
    [InlineData(3, 3, new[] { 9 }, "9")]
    [InlineData(3, 3, new[] { 0, 9 }, "09")]
    [InlineData(4, 5, new[] { 6, 1, 13 }, "61=")]
    [InlineData(100, 100, new[] { 5000, 16, 31, 4953 }, "Xl4`0o0Yj4")]
    [InlineData(640, 480, new[] { 100, 3, 477, 3, 480, 2, 306135 }, "T33m>03Og_Z9")]
    [InlineData(100, 100, new[] { 1, 2, 400, 2, 7, 1000, 8588 }, "12`<0gCVo0U\\8")]
    [InlineData(100, 100, new[] { 0, 1, 1, 9998 }, "011]h9")]
    public void Strings_are_COCOs(int width, int height, int[] counts, string text)
    {
        Assert.Equal(text, RunLengthCode.FromCounts(width, height, counts).ToString());
        Assert.Equal(counts, RunLengthCode.Parse(width, height, text).Counts);
    }

    [Theory]
    [InlineData(3, 3, "8")]
    [InlineData(3, 3, ":")]
    [InlineData(3, 3, "")]
    [InlineData(3, 3, "P")]
    [InlineData(3, 3, "PPPPPPPPPPPP1")]
    [InlineData(3, 3, "9\n")]
    [InlineData(3, 3, "O")]
    [InlineData(3, 3, "0000000000009")]
    [InlineData(0, 3, "0")]
    [InlineData(70_000, 70_000, "0")]
    public void Codes_that_fit_no_mask_are_refused(int width, int height, string text) =>
        Assert.Throws<RequestException>(() => RunLengthCode.Parse(width, height, text));

    [Fact]
    public void Any_text_is_either_a_mask_or_refused() =>
        Prop.ForAll<string>(text =>
        {
            try
            {
                return RunLengthCode.Parse(5, 4, text ?? "").Counts.Sum() == 20;
            }
            catch (RequestException error)
            {
                return !error.Message.Contains('\n', StringComparison.Ordinal);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Counts_that_fit_no_mask_are_refused()
    {
        Assert.Throws<RequestException>(() => RunLengthCode.FromCounts(2, 2, [5, -1]));
        Assert.Throws<RequestException>(() => RunLengthCode.FromCounts(2, 2, [3]));
        Assert.Throws<RequestException>(() => RunLengthCode.FromCounts(2, 2, [0, 0, 0, 0, 0, 4]));
        Assert.Throws<RequestException>(() => RunLengthCode.FromCounts(2, 2, [int.MaxValue, int.MaxValue, int.MaxValue]));
    }

    private static BinaryMask Random(int width, int height, double density, int seed)
    {
        var random = new Random(seed);
        byte[] values = new byte[width * height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextDouble() < density ? (byte)1 : (byte)0;
        }

        return new BinaryMask(width, height, values);
    }
}
