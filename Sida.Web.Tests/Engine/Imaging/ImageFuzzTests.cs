using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

public sealed class ImageFuzzTests
{
    private static readonly ImageLimits Small = new() { MaxPixels = 1_000_000 };

    public static TheoryData<string> Formats() => Samples.Names();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_bytes_give_a_picture_or_a_refusal(string name)
    {
        var random = new Random(12345);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = (byte[])Samples.All[name].Clone();
            int header = Math.Min(damaged.Length, 300);
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                damaged[random.Next(round % 2 == 0 ? damaged.Length : header)] = (byte)random.Next(256);
            }

            PictureOrRefusal(damaged);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Noise_behind_a_good_beginning_is_refused_or_decoded(string name)
    {
        var random = new Random(54321);
        for (int round = 0; round < 30; round++)
        {
            byte[] noise = new byte[random.Next(16, 4096)];
            random.NextBytes(noise);
            Samples.All[name].AsSpan(0, Math.Min(random.Next(8, 64), noise.Length)).CopyTo(noise);
            PictureOrRefusal(noise);
        }
    }

    private static void PictureOrRefusal(byte[] file)
    {
        try
        {
            DecodedImage image = ImageDecoderTests.Decode(file, Small);
            Assert.InRange(image.Image.Width * image.Image.Height, 1, Small.MaxPixels);
        }
        catch (ImageException error)
        {
            Assert.StartsWith("The picture: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
