using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Imaging;
using Sida.Web.Conversations;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Sharing;

public sealed class ExportTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private const string Hostile = "<script>alert('x')</script> \"quoted\" & more";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_zip_holds_json_copies_masks_and_report()
    {
        Guid conversation = await AskAsync("Is it real?", "holiday.png");
        await using Stream stream = await fixture.Http.GetStreamAsync($"/api/conversations/{conversation}/export.zip", Cancellation);
        MemoryStream bytes = new();
        await stream.CopyToAsync(bytes, Cancellation);
        using ZipArchive zip = new(bytes);
        string[] folders = [.. zip.Entries.Select(entry => entry.FullName.Split('/')[0]).Order(StringComparer.Ordinal)];
        Assert.Equal(["conversation.json", "masks", "overlays", "pictures", "report.html"], folders);

        using JsonDocument json = await JsonDocument.ParseAsync(zip.GetEntry("conversation.json")!.Open(), cancellationToken: Cancellation);
        JsonElement question = Assert.Single(json.RootElement.GetProperty("questions").EnumerateArray());
        JsonElement answer = Assert.Single(question.GetProperty("answers").EnumerateArray());
        Assert.Equal("The left sleeve was altered.", answer.GetProperty("result").GetProperty("text").GetString());
        Assert.Equal("ALPHA", answer.GetProperty("result").GetProperty("model").GetProperty("name").GetString());
        ZipArchiveEntry mask = zip.GetEntry(answer.GetProperty("masks")[0].GetString()!)!;
        Assert.Equal(64, Decode(mask).Width);
        ZipArchiveEntry copy = zip.GetEntry(question.GetProperty("picture").GetProperty("copy").GetString()!)!;
        Assert.Equal(64, Decode(copy).Width);
    }

    [Fact]
    public async Task The_report_shows_strangers_text_as_text_and_may_load_nothing()
    {
        Guid conversation = await AskAsync(Hostile, Hostile + ".png");
        using HttpResponseMessage response = await fixture.Http.GetAsync($"/api/conversations/{conversation}/report.html", Cancellation);
        string html = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("SHA-256", html, StringComparison.Ordinal);
        Assert.Contains(new string('a', 64), html, StringComparison.Ordinal);
        Assert.Contains("25.0 %", html, StringComparison.Ordinal);
    }

    private async Task<Guid> AskAsync(string question, string fileName)
    {
        IServiceProvider services = fixture.Server.Services;
        PictureView picture = await services.GetRequiredService<PictureService>()
            .AddAsync(fixture.Owner, new MemoryStream(SidaUser.Picture(question.Length)), fileName, Cancellation);
        Asked asked = await services.GetRequiredService<AskingService>().AskAsync(fixture.Owner, new Ask { PictureId = picture.Id, Text = question }, Cancellation);
        await services.GetRequiredService<AnalysisService>().ReadAsync(fixture.Owner, asked.AnalysisIds[0], 0, Cancellation).LastAsync(Cancellation);
        return asked.ConversationId;
    }

    private static RgbImage Decode(ZipArchiveEntry entry)
    {
        MemoryStream bytes = new();
        using Stream stream = entry.Open();
        stream.CopyTo(bytes);
        return ImageDecoder.Decode(bytes.ToArray(), cancellationToken: Cancellation).Image;
    }
}
