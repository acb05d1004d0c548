using System.IO.Compression;
using System.Text.Json;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>What goes out comes in again, field for field, as far as each format has room for it (docs/review-formats.md).</summary>
public sealed class RoundTripTests(RoundTripTests.Server server) : IClassFixture<RoundTripTests.Server>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<ReviewFormat> Formats => [.. Enum.GetValues<ReviewFormat>().Where(format => format != ReviewFormat.Pictures)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_field_that_a_format_has_room_for_comes_back(ReviewFormat format)
    {
        PictureRef picture = await server.PictureAsync(30, 20);
        foreach (IEnumerable<ReviewRecord> sample in SomeRecords.All(picture).Sample(60).Chunk(12))
        {
            ReviewRecord[] records = [.. sample];
            using RoundTrip trip = server.NewTrip();
            await trip.WriteAsync(format, records);
            List<(ImportedPicture Read, PictureRef Picture, Annotation Annotation)> back = await trip.ReadAsync();
            Assert.Equal(records.Length, back.Count);
            for (int i = 0; i < records.Length; i++)
            {
                Assert.Equal(WebJson.Write(Carried(format, records[i].Annotation)), WebJson.Write(back[i].Annotation));
                Assert.Equal(records[i].Provenance.Origin, back[i].Read.Origin);
                AssertPicture(format, records[i], back[i].Read, back[i].Picture);
            }
        }
    }

    [Fact]
    public async Task Json_lines_bring_the_whole_record_back_with_the_file_byte_for_byte()
    {
        PictureRef picture = await server.PictureAsync(30, 20);
        ReviewRecord[] records = [.. SomeRecords.All(picture).Sample(10)];
        using RoundTrip trip = server.NewTrip();
        await trip.WriteAsync(ReviewFormat.JsonLines, records);
        List<(ImportedPicture Read, PictureRef Picture, Annotation Annotation)> back = await trip.ReadAsync();
        for (int i = 0; i < records.Length; i++)
        {
            Assert.Equal(picture.Sha256, back[i].Picture.Sha256);
            Assert.Equal(WebJson.Write(records[i].Provenance), WebJson.Write(back[i].Read.Provenance));
        }
    }

    [Fact]
    public async Task Metadata_goes_along_only_with_json_lines()
    {
        byte[] jpeg = Forensics.TestFiles.JpegWith((0xE1, [.. "Exif\0\0"u8, .. Forensics.TestFiles.Tiff([(0x010F, 2, 13, Forensics.TestFiles.Ascii("SECRETCAMERA"))])]), (0xFE, "SECRETCAMERA"u8.ToArray()));
        PictureRef picture = await server.StoreAsync(jpeg, "a.jpg");
        ReviewRecord record = new(picture, ReviewTeam.Real(), new Provenance { Origin = picture.Sha256 });
        foreach (ReviewFormat format in Formats.Select(row => row.Data))
        {
            using RoundTrip trip = server.NewTrip();
            await trip.WriteAsync(format, [record]);
            using ZipArchive zip = ZipFile.OpenRead(trip.Archive);
            ZipArchiveEntry entry = zip.Entries.Single(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal) || entry.Name.EndsWith(".jpeg", StringComparison.Ordinal));
            using MemoryStream bytes = new();
            await using (Stream content = await entry.OpenAsync(Cancellation))
            {
                await content.CopyToAsync(bytes, Cancellation);
            }

            Assert.Equal(format == ReviewFormat.JsonLines, bytes.ToArray().AsSpan().IndexOf("SECRETCAMERA"u8) >= 0);
            Assert.Equal(ImageDecoder.Decode(jpeg, cancellationToken: Cancellation).Image.Pixels, ImageDecoder.Decode(bytes.ToArray(), cancellationToken: Cancellation).Image.Pixels);
        }
    }

    [Fact]
    public async Task A_picture_that_lies_on_its_side_is_exported_upright()
    {
        byte[] jpeg = Engine.Imaging.JpegFile.WithOrientation(ImageEncoder.EncodeJpeg(Forensics.TestFiles.Noise(40, 24)), 6);
        PictureRef picture = await server.StoreAsync(jpeg, "a.jpg");
        Assert.Equal((24, 40), (picture.Width, picture.Height));
        MaskCode mask = MaskCode.Of(PolygonRaster.Fill(24, 40, [[new(2, 3), new(9, 3), new(9, 30)]]));
        ReviewRecord record = new(picture, new Annotation { Verdict = Verdict.Tampered, Mask = mask }, new Provenance { Origin = "x" });
        foreach (ReviewFormat format in Formats.Select(row => row.Data))
        {
            using RoundTrip trip = server.NewTrip();
            await trip.WriteAsync(format, [record]);
            (_, PictureRef back, Annotation annotation) = Assert.Single(await trip.ReadAsync());
            Assert.Equal((24, 40), (back.Width, back.Height));
            Assert.Equal(mask, annotation.Mask);
        }
    }

    [Fact]
    public async Task Every_file_of_an_archive_is_listed_with_its_hash()
    {
        PictureRef picture = await server.PictureAsync(30, 20);
        using RoundTrip trip = server.NewTrip();
        await trip.WriteAsync(ReviewFormat.SidSetDescription, [.. SomeRecords.All(picture).Sample(12)]);
        using ZipArchive zip = ZipFile.OpenRead(trip.Archive);
        Dictionary<string, string> hashes = [];
        using (StreamReader list = new(await zip.GetEntry("files.jsonl")!.OpenAsync(Cancellation)))
        {
            while (await list.ReadLineAsync(Cancellation) is { } line)
            {
                using JsonDocument file = JsonDocument.Parse(line);
                hashes.Add(file.RootElement.GetProperty("path").GetString()!, file.RootElement.GetProperty("sha256").GetString()!);
            }
        }

        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.Name.Length > 0 && entry.Name != "files.jsonl"))
        {
            await using Stream content = await entry.OpenAsync(Cancellation);
            Assert.Equal(hashes[entry.FullName], Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content, Cancellation)));
        }

        Assert.Equal(hashes.Count, zip.Entries.Count(entry => entry.Name.Length > 0) - 1);
    }

    /// <summary>What is left of an annotation in a format; the table in docs/review-formats.md says the same.</summary>
    private static Annotation Carried(ReviewFormat format, Annotation annotation) => format switch
    {
        ReviewFormat.SidSet => new Annotation { Verdict = annotation.Verdict, Mask = annotation.Mask },
        ReviewFormat.SidSetDescription => new Annotation { Verdict = annotation.Verdict, Mask = annotation.Mask, Explanation = annotation.Explanation },
        _ => annotation,
    };

    private static void AssertPicture(ReviewFormat format, ReviewRecord record, ImportedPicture read, PictureRef picture)
    {
        Assert.Equal((record.Picture.Width, record.Picture.Height), (picture.Width, picture.Height));
        if (format is not (ReviewFormat.SidSet or ReviewFormat.SidSetDescription))
        {
            Assert.Equal(record.Picture.FileName, read.FileName);
        }
    }

    public sealed class Server : IDisposable
    {
        private SidaServer App { get; } = new();

        internal RoundTrip NewTrip() => new(Get<PictureFiles>(), Get<PictureTaker>());

        internal Task<PictureRef> PictureAsync(int width, int height) => StoreAsync(SidaUser.Picture(1, width, height), "heron.png");

        internal Task<PictureRef> StoreAsync(byte[] bytes, string name) => Get<PictureTaker>().TakeAsync(new MemoryStream(bytes), name, Cancellation);

        public void Dispose() => App.Dispose();

        private T Get<T>()
            where T : notnull => (T)App.Services.GetService(typeof(T))!;
    }
}
