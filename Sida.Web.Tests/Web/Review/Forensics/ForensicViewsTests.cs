using Sida.Engine.Imaging;
using Sida.Web.Review.Forensics;

namespace Sida.Web.Tests.Web.Review.Forensics;

public sealed class ForensicViewsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void What_was_pasted_in_after_the_last_save_has_a_higher_error_level()
    {
        // Saved at 90 until nothing changes any more; then one part comes from elsewhere.
        RgbImage settled = TestFiles.Noise(64, 64);
        for (int save = 0; save < 12; save++)
        {
            settled = ImageDecoder.Decode(ImageEncoder.EncodeJpeg(settled, 90), cancellationToken: Cancellation).Image;
        }

        byte[] pixels = [.. settled.Pixels];
        Random random = new(5);
        for (int y = 0; y < 32; y++)
        {
            random.NextBytes(pixels.AsSpan(y * 64 * 3, 32 * 3));
        }

        byte[] level = ForensicViews.Compute(new RgbImage(64, 64, pixels), ForensicView.ErrorLevel, 1, Cancellation).Pixels;
        Assert.True(Mean(level, 0, 0) > 3 * Mean(level, 32, 32), $"{Mean(level, 0, 0)} against {Mean(level, 32, 32)}");
    }

    [Fact]
    public void A_smooth_picture_has_no_noise_and_a_single_point_stays()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)100, 9 * 9 * 3)];
        pixels.AsSpan(((4 * 9) + 4) * 3, 3).Fill(110);
        byte[] noise = ForensicViews.Compute(new RgbImage(9, 9, pixels), ForensicView.Noise, 4, Cancellation).Pixels;
        Assert.Equal(168, noise[((4 * 9) + 4) * 3]);
        Assert.Equal(80, noise.Count(value => value == 128) / 3);
    }

    [Theory]
    [InlineData(ForensicView.Red, 200)]
    [InlineData(ForensicView.Green, 100)]
    [InlineData(ForensicView.Blue, 50)]
    [InlineData(ForensicView.Luminance, 124)]
    [InlineData(ForensicView.BlueDifference, 86)]
    [InlineData(ForensicView.RedDifference, 182)]
    public void A_channel_is_shown_in_grey(ForensicView view, byte expected) =>
        Assert.All(ForensicViews.Compute(new RgbImage(1, 1, [200, 100, 50]), view, 1, Cancellation).Pixels, value => Assert.Equal(expected, value));

    private static double Mean(byte[] pixels, int left, int top)
    {
        double sum = 0;
        for (int y = top; y < top + 32; y++)
        {
            for (int x = left * 3; x < (left + 32) * 3; x++)
            {
                sum += pixels[(y * 64 * 3) + x];
            }
        }

        return sum / (32 * 32 * 3);
    }
}
