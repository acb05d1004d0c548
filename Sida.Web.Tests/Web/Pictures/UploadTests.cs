using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Imaging;
using Sida.Web.Pictures;

namespace Sida.Web.Tests.Web.Pictures;

public sealed class UploadTests(UploadTests.Fixture fixture) : IClassFixture<UploadTests.Fixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_original_is_kept_to_the_byte_and_only_a_copy_without_metadata_is_served()
    {
        byte[] original = JpegWithComment("GPS 52.5200 13.4050");
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        PictureView picture = await anna.UploadAsync(original, "street.jpg");
        PictureStore store = fixture.Server.Services.GetRequiredService<PictureStore>();
        Assert.Equal(original, await File.ReadAllBytesAsync(store.OriginalPath(picture.Sha256), Cancellation));
        foreach (string url in new[] { picture.DisplayUrl, picture.ThumbnailUrl })
        {
            byte[] served = await anna.Http.GetByteArrayAsync(url, Cancellation);
            Assert.DoesNotContain("GPS", Encoding.Latin1.GetString(served), StringComparison.Ordinal);
            Assert.Equal(ImageFormat.Jpeg, ImageDecoder.Decode(served, cancellationToken: Cancellation).Format);
        }
    }

    [Fact]
    public async Task Copies_are_cached_by_the_browser_alone_and_revalidated_by_their_tag()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        PictureView picture = await anna.UploadAsync(SidaUser.Picture(2));
        using HttpResponseMessage first = await anna.Http.GetAsync(picture.DisplayUrl, Cancellation);
        Assert.True(first.Headers.CacheControl!.Private);
        Assert.Equal("image/jpeg", first.Content.Headers.ContentType!.MediaType);
        using HttpRequestMessage again = new(HttpMethod.Get, picture.DisplayUrl) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using HttpResponseMessage second = await anna.Http.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task A_large_picture_is_served_smaller()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        PictureView picture = await anna.UploadAsync(ImageEncoder.EncodeJpeg(new RgbImage(4000, 1000, new byte[4000 * 1000 * 3])));
        RgbImage display = ImageDecoder.Decode(await anna.Http.GetByteArrayAsync(picture.DisplayUrl, Cancellation), cancellationToken: Cancellation).Image;
        RgbImage thumbnail = ImageDecoder.Decode(await anna.Http.GetByteArrayAsync(picture.ThumbnailUrl, Cancellation), cancellationToken: Cancellation).Image;
        Assert.Equal((4000, 1000), (picture.Width, picture.Height));
        Assert.Equal((2560, 640, 320, 80), (display.Width, display.Height, thumbnail.Width, thumbnail.Height));
    }

    [Fact]
    public async Task The_same_bytes_again_are_the_same_picture()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        using SidaUser ben = await SidaUser.OpenAsync(fixture.Server);
        PictureView first = await anna.UploadAsync(SidaUser.Picture(3));
        Assert.Equal(first.Id, (await anna.UploadAsync(SidaUser.Picture(3), "other.png")).Id);
        PictureView bens = await ben.UploadAsync(SidaUser.Picture(3));
        Assert.NotEqual(first.Id, bens.Id);
        Assert.Equal(first.Sha256, bens.Sha256);
    }

    [Fact]
    public async Task A_picture_of_somebody_else_does_not_exist()
    {
        using SidaUser anna = await SidaUser.OpenAsync(fixture.Server);
        using SidaUser ben = await SidaUser.OpenAsync(fixture.Server);
        PictureView picture = await anna.UploadAsync(SidaUser.Picture(4));
        Assert.Equal(HttpStatusCode.NotFound, (await ben.Http.GetAsync(picture.DisplayUrl, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ben.Http.GetAsync(picture.ThumbnailUrl, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anna.Http.GetAsync(picture.DisplayUrl, Cancellation)).StatusCode);
    }

    public static TheoryData<string, byte[], HttpStatusCode> Refused => new()
    {
        { "empty", [], HttpStatusCode.BadRequest },
        { "text", "just some words"u8.ToArray(), HttpStatusCode.UnprocessableEntity },
        { "svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), HttpStatusCode.UnprocessableEntity },
        { "html", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray(), HttpStatusCode.UnprocessableEntity },
        { "cut", SidaUser.Picture(5)[..200], HttpStatusCode.UnprocessableEntity },
        { "more pixels than allowed", ImageEncoder.EncodePng(new RgbImage(1500, 1000, new byte[1500 * 1000 * 3])), HttpStatusCode.UnprocessableEntity },
        { "more bytes than allowed", SidaUser.Picture(6, 700, 700), HttpStatusCode.RequestEntityTooLarge },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_a_picture_within_the_limits_is_refused_and_leaves_nothing(string what, byte[] bytes, HttpStatusCode status)
    {
        using SidaServer strict = new SidaServer().With("Sida:Uploads:MaxPixels", "1000000").With("Sida:Uploads:MaxBytes", "1048576");
        using SidaUser anna = await SidaUser.OpenAsync(strict);
        using HttpResponseMessage response = await anna.TryUploadAsync(bytes);
        Assert.True(status == response.StatusCode, $"{what}: {response.StatusCode}");
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.StartsWith("urn:sida:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(strict.Folder, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(strict.Folder, "data", "incoming")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(strict.Folder, "data", "pictures")));
    }

    [Fact]
    public async Task What_one_owner_may_keep_has_an_end_that_is_said()
    {
        using SidaServer small = new SidaServer().With("Sida:Storage:MaxBytesPerOwner", "1048576");
        using SidaUser anna = await SidaUser.OpenAsync(small);
        using SidaUser ben = await SidaUser.OpenAsync(small);
        await anna.UploadAsync(SidaUser.Picture(1, 400, 400));
        using HttpResponseMessage full = await anna.TryUploadAsync(SidaUser.Picture(2, 400, 400));
        Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);
        Assert.Contains("Sida:Storage:MaxBytesPerOwner", await full.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await ben.UploadAsync(SidaUser.Picture(2, 400, 400));
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\anna\\cat.png", "cat.png")]
    [InlineData("", "picture")]
    [InlineData("....", "picture")]
    [InlineData("a\u0000b\u202Egnp.exe\n", "abgnp.exe")]
    [InlineData("\"quoted\" <name>.png", "quoted name.png")]
    [InlineData("Grüße 🙂.jpeg", "Grüße 🙂.jpeg")]
    public void File_names_are_only_text_to_show(string given, string shown) => Assert.Equal(shown, PictureName.Clean(given));

    [Fact]
    public void Long_file_names_keep_their_ending()
    {
        string name = PictureName.Clean(new string('x', 500) + ".jpeg");
        Assert.Equal(120, name.Length);
        Assert.EndsWith(".jpeg", name, StringComparison.Ordinal);
    }

    /// <summary>A comment segment stands for all metadata: it is put right after the start marker.</summary>
    private static byte[] JpegWithComment(string comment)
    {
        byte[] jpeg = ImageEncoder.EncodeJpeg(new RgbImage(80, 60, new byte[80 * 60 * 3]));
        byte[] text = Encoding.ASCII.GetBytes(comment);
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xFE, (byte)((text.Length + 2) >> 8), (byte)(text.Length + 2), .. text, .. jpeg.AsSpan(2)];
    }

    public sealed class Fixture : IDisposable
    {
        public SidaServer Server { get; } = new();

        public void Dispose() => Server.Dispose();
    }
}
