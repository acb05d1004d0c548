using FsCheck;
using FsCheck.Fluent;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class SamMaskPromptTests
{
    private const int FrameSize = 32;
    private const int Side = 8;

    [Fact]
    public void What_is_marked_is_plus_10_and_everything_else_minus_10()
    {
        // 8 x 4 pixels fill the upper half of the frame: a cell is a pixel.
        BinaryMask mask = SomeMasks.Drawn("""
            ........
            .##.....
            .##.....
            ......##
            """);
        float[] logits = SamMaskPrompt.ToLogits(mask, Frame(8, 4), Side);
        float[] expected = [.. mask.Values.Select(value => value == 1 ? 10f : -10f), .. Enumerable.Repeat(-10f, Side * 4)];
        Assert.Equal(expected, logits);
    }

    [Fact]
    public void A_cell_that_is_marked_in_part_lies_between()
    {
        byte[] values = new byte[16 * 16];
        values[0] = 1;
        Assert.Equal(-5f, SamMaskPrompt.ToLogits(new BinaryMask(16, 16, values), Frame(16, 16), Side)[0]);
    }

    [Fact]
    public void The_marked_area_stays_the_same_at_every_size() =>
        Prop.ForAll(SomeMasks.All.ToArbitrary(), mask =>
        {
            SamMask frame = Frame(mask.Width, mask.Height);
            float[] logits = SamMaskPrompt.ToLogits(mask, frame, Side);
            double cells = logits.Sum(logit => (logit + 10.0) / 20);
            double cellArea = (double)FrameSize / Side * mask.Width / frame.Content.Width * ((double)FrameSize / Side * mask.Height / frame.Content.Height);
            return logits.All(logit => logit is >= -10 and <= 10) && Math.Abs((cells * cellArea) - mask.ForegroundPixels) < 1e-3 * (1 + mask.ForegroundPixels);
        }).QuickCheckThrowOnFailure();

    private static SamMask Frame(int width, int height) => new(
        FrameSize, new SamPreprocessor(new SamPreprocessorSettings { FrameSize = FrameSize }).ContentSize(width, height), (width, height));
}
