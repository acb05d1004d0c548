using System.Text;
using Sida.Engine.Imaging;
using Sida.Web.Review;
using Sida.Web.Review.Forensics;

namespace Sida.Web.Tests.Web.Review.Forensics;

/// <summary>What files say beside their pixels, and files that are made to do harm.</summary>
public sealed class PictureFactsTests
{
    private static readonly byte[] Xmp = """
        <?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmp:CreatorTool="Paint 5">
        <ext:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</ext:DigitalSourceType>
        <dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag><rdf:li>heron</rdf:li><rdf:li>lake</rdf:li></rdf:Bag></dc:subject>
        </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
        """u8.ToArray();

    [Fact]
    public void Exif_is_read_with_its_place()
    {
        byte[] tiff = TestFiles.Tiff(
            [(0x010F, 2, 6, TestFiles.Ascii("Canon")), (0x0131, 2, 10, TestFiles.Ascii("Photoshop"))],
            [(1, 2, 2, "N\0"u8.ToArray()), (2, 5, 3, TestFiles.Rationals((48, 1), (30, 1), (0, 1))), (3, 2, 2, "E\0"u8.ToArray()), (4, 5, 3, TestFiles.Rationals((9, 1), (15, 1), (0, 1)))]);
        PictureFacts facts = Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xE1, [.. "Exif\0\0"u8, .. tiff])));
        FactGroup exif = Assert.Single(facts.Groups);
        Assert.Equal("EXIF", exif.Name);
        Assert.Contains(new Fact("Make", "Canon"), exif.Entries);
        Assert.DoesNotContain(exif.Entries, fact => fact.Name.Contains("GPS", StringComparison.Ordinal));
        Assert.Equal(48.5, facts.Place!.Latitude, 1e-9);
        Assert.Equal(9.25, facts.Place.Longitude, 1e-9);
        Assert.Equal(new GeneratorTag("EXIF", "Software", "Photoshop", SaysGenerated: false), Assert.Single(facts.Generators));
        Assert.False(facts.IsCut);
    }

    [Fact]
    public void Xmp_is_flat_and_a_declared_source_of_generated_media_is_found()
    {
        PictureFacts facts = Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp])));
        FactGroup xmp = Assert.Single(facts.Groups);
        Assert.Contains(new Fact("subject", "heron; lake"), xmp.Entries);
        Assert.Contains(facts.Generators, tag => tag is { Name: "DigitalSourceType", SaysGenerated: true });
        Assert.Contains(facts.Generators, tag => tag is { Name: "CreatorTool", Value: "Paint 5", SaysGenerated: false });
    }

    [Fact]
    public void Iptc_is_read_from_photoshops_resources()
    {
        byte[] caption = [0x1C, 2, 120, 0, 5, .. "Heron"u8];
        byte[] resource = [.. "8BIM"u8, 0x04, 0x04, 0, 0, 0, 0, 0, (byte)caption.Length, .. caption];
        PictureFacts facts = Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xED, [.. "Photoshop 3.0\0"u8, .. resource])));
        Assert.Contains("Heron", Assert.Single(facts.Groups).Entries.Select(fact => fact.Value));
    }

    [Theory]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    public void Settings_that_generators_write_into_png_are_found(string type)
    {
        const string Settings = "a heron\nSteps: 20, Sampler: Euler a, CFG scale: 7";
        byte[] body = type switch
        {
            "tEXt" => [.. "parameters\0"u8, .. Encoding.Latin1.GetBytes(Settings)],
            "zTXt" => [.. "parameters\0"u8, 0, .. TestFiles.ZLib(Encoding.Latin1.GetBytes(Settings))],
            _ => [.. "parameters\0"u8, 1, 0, .. "en\0\0"u8, .. TestFiles.ZLib(Encoding.UTF8.GetBytes(Settings))],
        };
        PictureFacts facts = Read(ImageFormat.Png, TestFiles.PngWith((type, body)));
        GeneratorTag tag = Assert.Single(facts.Generators);
        Assert.Equal(("Text", "parameters", Settings, true), (tag.Where, tag.Name, tag.Value, tag.SaysGenerated));
    }

    [Fact]
    public void Exif_and_xmp_are_read_from_png_and_webp()
    {
        byte[] tiff = TestFiles.Tiff([(0x0131, 2, 5, TestFiles.Ascii("GIMP"))]);
        PictureFacts png = Read(ImageFormat.Png, TestFiles.PngWith(("eXIf", tiff), ("iTXt", [.. "XML:com.adobe.xmp\0"u8, 0, 0, 0, 0, .. Xmp])));
        Assert.Equal(["EXIF", "XMP"], png.Groups.Select(group => group.Name));
        byte[] chunk = [.. "EXIF"u8, .. BitConverter.GetBytes(tiff.Length), .. tiff];
        PictureFacts webp = Read(ImageFormat.WebP, [.. "RIFF\0\0\0\0WEBP"u8, .. chunk]);
        Assert.Contains(new Fact("Software", "GIMP"), Assert.Single(webp.Groups).Entries);
    }

    [Fact]
    public void Content_credentials_are_found_where_each_format_has_them()
    {
        byte[] jumbf = [.. "JP"u8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 40, .. "jumb"u8, 0, 0, 0, 30, .. "jumdc2pa"u8, .. new byte[12]];
        Assert.NotNull(Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xEB, jumbf))).ContentCredentials);
        Assert.NotNull(Read(ImageFormat.Png, TestFiles.PngWith(("caBX", [1, 2, 3]))).ContentCredentials);
        byte[] uuid = [0, 0, 0, 28, .. "uuid"u8, 0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81, 0, 0, 0, 0];
        Assert.NotNull(Read(ImageFormat.Avif, [0, 0, 0, 8, .. "ftyp"u8, .. uuid]).ContentCredentials);
        Assert.Null(Read(ImageFormat.Jpeg, TestFiles.Jpeg()).ContentCredentials);
        Assert.Null(Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xEB, [.. "JP"u8, .. new byte[30]]))).ContentCredentials);
    }

    [Theory]
    [InlineData(35)]
    [InlineData(75)]
    [InlineData(90)]
    [InlineData(98)]
    public void The_quality_of_a_jpeg_is_read_off_its_tables(int quality)
    {
        JpegFacts facts = Read(ImageFormat.Jpeg, TestFiles.Jpeg(quality)).Jpeg!;
        Assert.Equal((quality, true), (facts.Quality, facts.IsExact));
        Assert.All(facts.Tables, table => Assert.Equal(64, table.Count));
    }

    [Fact]
    public void Tables_of_no_usual_encoder_have_no_quality()
    {
        byte[] table = [0, .. Enumerable.Range(0, 64).Select(i => (byte)(i % 2 == 0 ? 1 : 200))];
        JpegFacts facts = Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xDB, table))).Jpeg!;
        Assert.Null(facts.Quality);
        Assert.False(facts.IsExact);
    }

    [Fact]
    public void A_text_that_unpacks_to_gigabytes_is_cut()
    {
        byte[] bomb = TestFiles.ZLib(new byte[64 << 20]);
        Assert.True(bomb.Length < 100_000);
        PictureFacts facts = Read(ImageFormat.Png, TestFiles.PngWith([.. Enumerable.Repeat(("zTXt", (byte[])[.. "a\0"u8, 0, .. bomb]), 20)]));
        Assert.True(facts.IsCut);
        Assert.All(facts.Groups.SelectMany(group => group.Entries), fact => Assert.True(fact.Value.Length <= MetadataBlocks.MostText + 1));
    }

    [Fact]
    public void Entities_and_depth_in_xmp_are_refused()
    {
        byte[] laughs = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><x>&b;</x>"u8.ToArray();
        byte[] deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000)));
        foreach (byte[] packet in (byte[][])[laughs, deep])
        {
            PictureFacts facts = Read(ImageFormat.Jpeg, TestFiles.JpegWith((0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. packet])));
            Assert.True(facts.IsCut);
            Assert.Empty(facts.Groups);
        }
    }

    [Fact]
    public void Entries_that_all_point_at_the_same_megabytes_cost_nothing()
    {
        const int Length = 8 << 20;
        (ushort, ushort, uint, byte[])[] entries = [.. Enumerable.Range(0, 3000).Select(tag => ((ushort)(0x9000 + tag), (ushort)1, (uint)Length, BitConverter.GetBytes(8)))];
        byte[] tiff = [.. TestFiles.Tiff(entries), .. new byte[Length]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        PictureFacts facts = Read(ImageFormat.Tiff, tiff);
        Assert.True(facts.IsCut);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    [Fact]
    public void A_directory_that_follows_itself_ends()
    {
        byte[] tiff = TestFiles.Tiff([(0x0131, 2, 5, TestFiles.Ascii("GIMP"))]);
        BitConverter.GetBytes(8).CopyTo(tiff, 8 + 2 + 12);
        Assert.NotEmpty(Read(ImageFormat.Tiff, tiff).Groups);
    }

    [Fact]
    public void Damaged_files_say_what_they_can_and_never_fail()
    {
        byte[] exif = TestFiles.Tiff([(0x010F, 2, 6, TestFiles.Ascii("Canon")), (0x0131, 2, 10, TestFiles.Ascii("Photoshop"))]);
        byte[] jpeg = TestFiles.JpegWith((0xE1, [.. "Exif\0\0"u8, .. exif]), (0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp]), (0xED, [.. "Photoshop 3.0\0"u8, .. "8BIM"u8, 4, 4, 0, 0]));
        byte[] png = TestFiles.PngWith(("eXIf", exif), ("iTXt", [.. "XML:com.adobe.xmp\0"u8, 0, 0, 0, 0, .. Xmp]), ("zTXt", [.. "a\0"u8, 0, .. TestFiles.ZLib(new byte[1000])]));
        Random random = new(3);
        foreach ((ImageFormat format, byte[] file) in (ValueTuple<ImageFormat, byte[]>[])[(ImageFormat.Jpeg, jpeg), (ImageFormat.Png, png), (ImageFormat.Tiff, exif), (ImageFormat.WebP, png), (ImageFormat.Avif, png)])
        {
            for (int attempt = 0; attempt < 300; attempt++)
            {
                byte[] damaged = [.. file[..random.Next(12, file.Length)]];
                for (int change = random.Next(6); change > 0; change--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                Assert.Equal(damaged.Length, Read(format, damaged).Bytes);
            }
        }
    }

    private static PictureFacts Read(ImageFormat format, byte[] file) =>
        PictureFactsReader.Read(new PictureRef(new string('0', 64), "heron.jpg", format.ToString(), 64, 48), file);
}
