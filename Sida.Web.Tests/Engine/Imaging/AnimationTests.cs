using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class AnimationTests
{
    [Fact]
    public void The_first_frame_of_a_gif_is_the_picture()
    {
        byte[] first = [.. Enumerable.Range(0, 35).Select(i => (byte)(i % 4))];
        DecodedImage image = ImageDecoderTests.Decode(GifFile.Build(7, 5, first, new byte[35], new byte[35]));
        Assert.Equal((7, 5, 3, ImageFormat.Gif), (image.Image.Width, image.Image.Height, image.Frames, image.Format));
        Assert.Equal(first.SelectMany(index => GifFile.Palette.Skip(index * 3).Take(3)), image.Image.Pixels);
    }

    [Fact]
    public void The_first_frame_of_a_webp_is_the_picture()
    {
        RgbImage first = PillowResizeTests.Noise(12, 9, 1);
        DecodedImage image = ImageDecoderTests.Decode(WebPFile.Animated(first, PillowResizeTests.Noise(12, 9, 2)));
        Assert.Equal((2, ImageFormat.WebP), (image.Frames, image.Format));
        Assert.Equal(first.Pixels, image.Image.Pixels);
    }

    [Fact]
    public void The_first_page_of_a_tiff_is_the_picture()
    {
        var file = new TiffFile();
        for (int page = 0; page < 300; page++)
        {
            file.Add(1, 1, 8, 2, 3, [(byte)page, 1, 2]);
        }

        DecodedImage image = ImageDecoderTests.Decode(file.ToArray());
        Assert.Equal(300, image.Frames);
        Assert.Equal([0, 1, 2], image.Image.Pixels);
    }

    [Fact]
    public void Too_many_frames_are_refused()
    {
        byte[] frame = new byte[4];
        byte[] gif = GifFile.Build(2, 2, [.. Enumerable.Repeat(frame, 12)]);
        Assert.Equal(12, ImageDecoderTests.Decode(gif).Frames);
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(gif, new ImageLimits { MaxFrames = 11 }));
        Assert.Equal("The picture: the file holds 12 frames or pages, the limit is 11; send the one that matters.", error.Message);
    }

    [Fact]
    public void Pages_that_run_in_a_circle_come_to_an_end()
    {
        byte[] file = new TiffFile().Add(1, 1, 8, 2, 3, [4, 5, 6]).Add(1, 1, 8, 2, 3, [7, 8, 9]).Loop().ToArray();
        Assert.True(RefusedOr(file, image => image.Image.Pixels.SequenceEqual(new byte[] { 4, 5, 6 })));
    }

    private static bool RefusedOr(byte[] file, Func<DecodedImage, bool> holds)
    {
        try
        {
            return holds(ImageDecoderTests.Decode(file));
        }
        catch (ImageException error)
        {
            return error.Message.StartsWith("The picture: the Tiff data is damaged", StringComparison.Ordinal);
        }
    }
}
