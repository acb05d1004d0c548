using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class OrientationTests
{
    // Larger than one strip of rows.
    private static readonly RgbImage Stored = PillowResizeTests.Noise(701, 503, 8);

    public static TheoryData<int> All() => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(All))]
    public void Pngs_tiffs_and_webps_stand_upright(int orientation)
    {
        byte[] rows = [.. Enumerable.Range(0, Stored.Height).SelectMany(y => Stored.Pixels.Skip(y * Stored.Width * 3).Take(Stored.Width * 3).Prepend((byte)0))];
        RgbImage upright = Upright(Stored, orientation);
        foreach (byte[] file in new[]
        {
            PngFile.Build(Stored.Width, Stored.Height, 8, 2, rows, ("eXIf", ExifBlock.WithOrientation(orientation))),
            TiffFile.Build(Stored.Width, Stored.Height, 8, 2, 3, Stored.Pixels, (274, [orientation])),
            WebPFile.WithOrientation(Stored, orientation),
        })
        {
            DecodedImage image = ImageDecoderTests.Decode(file);
            Assert.Equal((upright.Width, upright.Height), (image.Image.Width, image.Image.Height));
            Assert.Equal((Stored.Width, Stored.Height, orientation), (image.StoredWidth, image.StoredHeight, image.Orientation));
            Assert.Equal(upright.Pixels, image.Image.Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Jpegs_stand_upright(int orientation)
    {
        byte[] plain = ImageEncoder.EncodeJpeg(Stored);
        RgbImage turned = ImageDecoderTests.Decode(JpegFile.WithOrientation(plain, orientation)).Image;
        Assert.Equal(Upright(ImageDecoderTests.Decode(plain).Image, orientation).Pixels, turned.Pixels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65535)]
    public void An_orientation_that_does_not_exist_is_ignored(int orientation)
    {
        byte[] plain = ImageEncoder.EncodeJpeg(PillowResizeTests.Noise(9, 5, 1));
        DecodedImage image = ImageDecoderTests.Decode(JpegFile.WithOrientation(plain, orientation));
        Assert.Equal((1, 9, 5), (image.Orientation, image.Image.Width, image.Image.Height));
    }

    /// <summary>EXIF's eight cases as mirrorings and one turn over the diagonal.</summary>
    private static RgbImage Upright(RgbImage image, int orientation) => orientation switch
    {
        1 => image,
        2 => MirrorColumns(image),
        3 => MirrorRows(MirrorColumns(image)),
        4 => MirrorRows(image),
        5 => Transpose(image),
        6 => MirrorColumns(Transpose(image)),
        7 => MirrorRows(MirrorColumns(Transpose(image))),
        8 => MirrorRows(Transpose(image)),
        _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
    };

    private static RgbImage MirrorColumns(RgbImage image) => Map(image, image.Width, image.Height, (x, y) => (image.Width - 1 - x, y));

    private static RgbImage MirrorRows(RgbImage image) => Map(image, image.Width, image.Height, (x, y) => (x, image.Height - 1 - y));

    private static RgbImage Transpose(RgbImage image) => Map(image, image.Height, image.Width, (x, y) => (y, x));

    private static RgbImage Map(RgbImage image, int width, int height, Func<int, int, (int X, int Y)> source)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = source(i / 3 % width, i / 3 / width);
            pixels[i] = image.Pixels[(((y * image.Width) + x) * 3) + (i % 3)];
        }

        return new RgbImage(width, height, pixels);
    }
}
