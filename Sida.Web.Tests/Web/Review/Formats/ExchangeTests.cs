using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Review;
using Sida.Web.Review.Explaining;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Formats.Jobs;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>Exports and imports as jobs of a project.</summary>
public sealed class ExchangeTests(ExchangeTests.Server server) : IClassFixture<ExchangeTests.Server>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_project_exports_another_takes_in()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        await desk.AcceptAsync(ReviewTeam.Tampered(9) with { Reasons = ["pasted"] }, 1);
        await desk.AcceptAsync(ReviewTeam.Real(), 2);
        ExchangeJob export = await desk.ExportAsync(ReviewFormat.JsonLines);
        Assert.Equal((JobState.Finished, 2, 2), (export.State, export.Done, export.Total));

        ExchangeDesk other = await ExchangeDesk.OpenAsync(server.App);
        ExchangeJob import = await other.ImportAsync(await File.ReadAllBytesAsync(await desk.ArchiveAsync(export), Cancellation));
        Assert.Equal((JobState.Finished, 2, 0, 0), (import.State, import.Added, import.Known, import.LeftOutCount));
        IReadOnlyList<ItemSummary> items = await other.ItemsAsync();
        Assert.Equal(["heron1.png", "heron2.png"], items.Select(item => item.FileName).Order());
        ItemView item = await other.Team.SeeAsync(other.Team.Manager, items.Single(one => one.FileName == "heron1.png").Id);
        Assert.Equal(ReviewTeam.Columns(9), item.Model!.Mask);
        Assert.Equal(["pasted"], item.Model.Reasons);
    }

    [Fact]
    public async Task The_same_zip_again_adds_nothing()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        byte[] zip = ExchangeDesk.Zip(("a.png", SidaUser.Picture(1)), ("sub/b.png", SidaUser.Picture(2)), ("readme.txt", "hello"u8.ToArray()));
        ExchangeJob first = await desk.ImportAsync(zip);
        Assert.Equal((2, 0, 1), (first.Added, first.Known, first.LeftOutCount));
        Assert.Equal("readme.txt: not a picture", Assert.Single(first.LeftOut));
        ExchangeJob second = await desk.ImportAsync(zip);
        Assert.Equal((0, 2), (second.Added, second.Known));
    }

    [Fact]
    public async Task A_sid_set_with_masks_descriptions_and_origins_comes_in()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        byte[] mask = ImageEncoder.EncodePng(ReviewTeam.Columns(5).ToMask());
        ExchangeJob job = await desk.ImportAsync(ExchangeDesk.Zip(
            ("my-set/train/real/000123.png", SidaUser.Picture(1)),
            ("my-set/train/tampered/000123.png", SidaUser.Picture(2)),
            ("my-set/train/masks/000123_mask.png", mask),
            ("my-set/train/description/tampered_GT.json", Encoding.UTF8.GetBytes("{\"000123.png\": \"Type: {part tampered} Areas: the left\"}"))));
        Assert.Equal((JobState.Finished, 2, 0), (job.State, job.Added, job.LeftOutCount));
        IReadOnlyList<ItemSummary> items = await desk.ItemsAsync();
        ItemView tampered = await desk.Team.SeeAsync(desk.Team.Manager, items.Single(item => item.ModelVerdict == Verdict.Tampered).Id);
        Assert.Equal(ReviewTeam.Columns(5), tampered.Model!.Mask);
        Assert.Equal("Type: {part tampered} Areas: the left", tampered.Model.Explanation);

        // Both came from photograph 000123, so every export keeps them together.
        foreach (ItemSummary item in items)
        {
            await desk.Team.SubmitAsync(desk.Team.Anna, item.Id, item.ModelVerdict == Verdict.Tampered ? ReviewTeam.Tampered() : ReviewTeam.Real());
        }

        ExportPlan plan = await desk.Service.PlanAsync(desk.Team.Manager, desk.Team.Project, new ExportOrder(ReviewFormat.SidSet), Cancellation);
        Assert.Single(plan.Parts.Select(part => part.Split).Distinct());
        Assert.Equal(2, plan.Records);
    }

    [Fact]
    public async Task Known_answers_become_honeypots()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        byte[] zip = ExchangeDesk.Zip(("train/real/a.png", SidaUser.Picture(1)), ("train/tampered/b.png", SidaUser.Picture(2)));
        ExchangeJob job = await desk.ImportAsync(zip, new ImportOrder(Use: AnnotationUse.Known));
        Assert.Equal((1, 1), (job.Added, job.LeftOutCount));
        Assert.Contains("needs a mask", Assert.Single(job.LeftOut), StringComparison.Ordinal);
        Assert.True(Assert.Single(await desk.ItemsAsync()).IsHoneypot);
    }

    [Fact]
    public async Task A_model_is_asked_about_each_picture()
    {
        using SidaServer app = new();
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(app);
        ExchangeJob job = await desk.ImportAsync(
            ExchangeDesk.Zip([.. Enumerable.Range(1, 6).Select(i => ($"{i}.png", SidaUser.Picture(i, ReviewTeam.Width, ReviewTeam.Height)))]), new ImportOrder(AskModel: true));
        Assert.Equal((JobState.Finished, 6), (job.State, job.Added));
        Assert.Equal(6, app.Models.Requests.Count);
        ItemView item = await desk.Team.SeeAsync(desk.Team.Manager, (await desk.ItemsAsync())[0].Id);
        Assert.Equal("alpha", item.ModelName);
        Assert.NotNull(item.Model!.Verdict);
        Assert.NotNull(item.Probabilities);
    }

    [Fact]
    public async Task A_run_of_a_model_can_be_stopped_and_goes_on_where_it_was()
    {
        using SidaServer app = new();
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(app);
        byte[] zip = ExchangeDesk.Zip([.. Enumerable.Range(1, 9).Select(i => ($"{i}.png", SidaUser.Picture(i, ReviewTeam.Width, ReviewTeam.Height)))]);
        TaskCompletionSource never = new();
        app.Models.Script = (request, stop) => app.Models.Requests.Count <= 6 ? ScriptedModels.WholeAnswer(request, stop) : HangAsync(never.Task, stop);
        ExchangeJob job = await desk.Service.ImportAsync(desk.Team.Manager, desk.Team.Project, new ImportOrder(AskModel: true), new MemoryStream(zip), "set.zip", Cancellation);
        await desk.UntilAsync(job, now => now.Added >= 4);
        await desk.Service.StopAsync(desk.Team.Manager, desk.Team.Project, job.Id, Cancellation);
        Assert.Equal(JobState.Stopped, (await desk.EndOfAsync(job)).State);
        Assert.Equal(4, (await desk.ItemsAsync()).Count);

        app.Models.Script = ScriptedModels.WholeAnswer;
        int asked = app.Models.Requests.Count;
        ExchangeJob again = await desk.ImportAsync(zip, new ImportOrder(AskModel: true));
        Assert.Equal((5, 4), (again.Added, again.Known));
        Assert.Equal(5, app.Models.Requests.Count - asked);
    }

    [Fact]
    public async Task What_is_over_leaves_its_upload_at_once_and_everything_after_a_week()
    {
        using SidaServer app = new();
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(app);
        ExchangeFolder folder = desk.Team.Get<ExchangeFolder>();
        ExchangeJob job = await desk.ImportAsync(ExchangeDesk.Zip(("a.png", SidaUser.Picture(1))));
        ExchangeJob next = await desk.ExportAsync(ReviewFormat.JsonLines);                 // jobs are done one after the other
        Assert.False(File.Exists(folder.Upload(job.Id)));
        Assert.True(File.Exists(folder.Archive(next.Id)));

        Retention retention = desk.Team.Get<Retention>();
        app.Clock.Advance(TimeSpan.FromDays(6));
        await retention.SweepAsync(Cancellation);
        Assert.True(File.Exists(folder.Archive(next.Id)));
        app.Clock.Advance(TimeSpan.FromDays(2));
        await retention.SweepAsync(Cancellation);
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder.Archive(next.Id))));
        Assert.Null(desk.Team.Get<ExchangeJobs>().Find(job.Id));
    }

    [Fact]
    public async Task A_restart_of_the_server_takes_a_job_up_again()
    {
        using SidaServer owner = new();
        SidaServer first = owner.Successor();
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(first);
        TaskCompletionSource never = new();
        first.Models.Script = (_, stop) => HangAsync(never.Task, stop);
        ExchangeJob job = await desk.Service.ImportAsync(
            desk.Team.Manager, desk.Team.Project, new ImportOrder(AskModel: true), new MemoryStream(ExchangeDesk.Zip(("a.png", SidaUser.Picture(1)))), "set.zip", Cancellation);
        await desk.UntilAsync(job, now => now.State == JobState.Running && now.Total == 1);
        await first.DisposeAsync();

        using SidaServer second = owner.Successor();
        ExchangeJob end = await ExchangeDesk.UntilAsync(second.Services.GetRequiredService<ExchangeJobs>(), job, now => now.IsOver);
        Assert.Equal((JobState.Finished, 1), (end.State, end.Added));
    }

    [Fact]
    public async Task A_dry_run_says_what_cannot_go_out_and_why()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        await desk.AcceptAsync(ReviewTeam.Tampered(), 1);
        Guid prose = await desk.AcceptAsync(ReviewTeam.Real("It simply looks right."), 2, "prose.png");
        Guid silent = await desk.AcceptAsync(ReviewTeam.Real(""), 3);
        await desk.Team.AddAsync(await desk.Team.ItemAsync());
        ExportPlan plan = await desk.Service.PlanAsync(desk.Team.Manager, desk.Team.Project, new ExportOrder(ReviewFormat.SidSetDescription), Cancellation);
        Assert.Equal((1, 1, 2), (plan.Records, plan.Open, plan.LeftOutCount));
        Assert.Contains(plan.LeftOut, note => note.ItemId == prose && note.FileName == "prose.png" && note.Text.Contains("grammar", StringComparison.Ordinal));
        Assert.Contains(plan.LeftOut, note => note.ItemId == silent && note.Text.Contains("no explanation", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, advice => advice.Contains("batches", StringComparison.Ordinal) || advice.StartsWith("train has no pictures", StringComparison.Ordinal));
        ExportPlan loose = await desk.Service.PlanAsync(desk.Team.Manager, desk.Team.Project, new ExportOrder(ReviewFormat.SidSetDescription, AnyText: true), Cancellation);
        Assert.Equal((2, 1), (loose.Records, loose.LeftOutCount));

        ExchangeJob export = await desk.ExportAsync(ReviewFormat.SidSetDescription);
        Assert.Equal((3, 2), (export.Done, export.LeftOutCount));
        Assert.Equal(2, export.LeftOut.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dry_run_counts_the_tokens_of_long_explanations_where_a_vocabulary_is_there(bool isThere)
    {
        using SidaServer app = new();
        if (isThere)
        {
            File.Copy(Path.Combine(TestFixtures.Bundled, "sida-tiny", "tokenizer.model"), Path.Combine(app.Models.Folder, "alpha", "tokenizer.model"));
        }

        ExchangeDesk desk = await ExchangeDesk.OpenAsync(app);
        await desk.AcceptAsync(ReviewTeam.Real(), 1);
        string text = "Type: {real} Consistency: <lighting> " + string.Concat(Enumerable.Repeat("The light falls evenly. ", 150));
        await desk.AcceptAsync(ReviewTeam.Real(text), 2, "long.png");
        ExportPlan plan = await desk.Service.PlanAsync(desk.Team.Manager, desk.Team.Project, new ExportOrder(ReviewFormat.SidSetDescription), Cancellation);
        (int tokens, bool isEstimate) = app.Services.GetRequiredService<TokenCounter>().Count(text.Trim());
        Assert.Equal(!isThere, isEstimate);
        ExportNote note = Assert.Single(plan.Warnings, one => one.FileName == "long.png");
        Assert.Contains(isThere ? $"has {tokens} tokens" : $"has about {tokens} tokens, estimated", note.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Warnings, one => one.FileName != "long.png" && one.Text.Contains("tokens", StringComparison.Ordinal));
        Assert.Equal(!isThere, plan.Advice.Any(advice => advice.Contains("estimated", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Honeypots_stay_at_home()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        await desk.AcceptAsync(ReviewTeam.Real(), 1);
        await desk.Team.AddAsync(await desk.Team.ItemAsync(truth: ReviewTeam.Real()));
        Assert.Equal((1, 0), await PlanAsync());

        async Task<(int Records, int Open)> PlanAsync()
        {
            ExportPlan plan = await desk.Service.PlanAsync(desk.Team.Manager, desk.Team.Project, new ExportOrder(ReviewFormat.JsonLines), Cancellation);
            return (plan.Records, plan.Open);
        }
    }

    [Fact]
    public async Task Only_managers_export_and_import()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        await desk.AcceptAsync(ReviewTeam.Real(), 1);
        ExchangeJob job = await desk.ExportAsync(ReviewFormat.SidSet);
        Caller stranger = await ReviewTeam.PersonAsync(server.App, SiteRole.Reviewer, "Sam");
        foreach (Caller caller in (Caller[])[desk.Team.Reviewer, desk.Team.Anna])
        {
            await Assert.ThrowsAsync<ForbiddenException>(() => desk.Service.ExportAsync(caller, desk.Team.Project, new ExportOrder(ReviewFormat.SidSet), Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => desk.Service.PlanAsync(caller, desk.Team.Project, new ExportOrder(ReviewFormat.SidSet), Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => desk.Service.ArchiveAsync(caller, desk.Team.Project, job.Id, Cancellation));
            await Assert.ThrowsAsync<ForbiddenException>(() => desk.Service.ImportAsync(caller, desk.Team.Project, new ImportOrder(), new MemoryStream([1]), "x", Cancellation));
        }

        await Assert.ThrowsAsync<NotFoundException>(() => desk.Service.ListAsync(stranger, desk.Team.Project, Cancellation));
        ExchangeDesk other = await ExchangeDesk.OpenAsync(server.App);
        await Assert.ThrowsAsync<NotFoundException>(() => other.Service.ArchiveAsync(other.Team.Manager, other.Team.Project, job.Id, Cancellation));
    }

    [Fact]
    public async Task Only_the_operators_folders_can_be_imported()
    {
        using SidaServer app = new();
        string folder = Path.Combine(app.Folder, "sets");
        Directory.CreateDirectory(Path.Combine(folder, "train", "real"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "train", "real", "a.png"), SidaUser.Picture(1), Cancellation);
        app.With("Sida:Review:ImportFolders:photos", folder);
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(app);
        Assert.Equal(["photos"], await desk.Service.FoldersAsync(desk.Team.Manager, desk.Team.Project, Cancellation));
        ExchangeJob job = await desk.EndOfAsync(await desk.Service.ImportAsync(desk.Team.Manager, desk.Team.Project, new ImportOrder(Folder: "photos"), Cancellation));
        Assert.Equal((JobState.Finished, 1), (job.State, job.Added));
        foreach (string? other in (string?[])["../photos", folder, "/etc", null])
        {
            await Assert.ThrowsAsync<RequestException>(() => desk.Service.ImportAsync(desk.Team.Manager, desk.Team.Project, new ImportOrder(Folder: other), Cancellation));
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_left_out_and_the_rest_goes_on()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        string table = CsvText.Row("file", "verdict", "mask") + CsvText.Row("a.png", "tampered", "m.png") + CsvText.Row("b.png", "real", "") + CsvText.Row("c.png", "real", "") + CsvText.Row("gone.png", "real", "");
        ExchangeJob job = await desk.ImportAsync(ExchangeDesk.Zip(
            ("annotations.csv", Encoding.UTF8.GetBytes(table)),
            ("a.png", SidaUser.Picture(1)),
            ("m.png", SidaUser.Picture(9, 10, 10)),
            ("b.png", "no picture"u8.ToArray()),
            ("c.png", SidaUser.Picture(3))));
        Assert.Equal((JobState.Finished, 1, 3), (job.State, job.Added, job.LeftOutCount));
        Assert.Contains(job.LeftOut, reason => reason.StartsWith("a.png: ", StringComparison.Ordinal) && reason.Contains("10 x 10", StringComparison.Ordinal));
        Assert.Contains(job.LeftOut, reason => reason.StartsWith("b.png: ", StringComparison.Ordinal));
        Assert.Contains(job.LeftOut, reason => reason.Contains("gone.png", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("records.jsonl", "{")]
    [InlineData("records.jsonl", "{\"version\":9}")]
    [InlineData("annotations.csv", "name\n1\n")]
    [InlineData("instances.json", """{"images":[{"id":1,"file_name":"caf\udce9.png"}],"annotations":[]}""")]
    [InlineData("train/description/real_GT.json", """{"a.png":"caf\udce9"}""", "train/real/a.png")]
    [InlineData("train/facts.jsonl", """{"class":"real","file":"caf\udce9","photo":1}""", "train/real/a.png")]
    [InlineData("annotations.csv", "file,verdict\na.png,perhaps\n")]
    public async Task A_set_that_cannot_be_read_fails_with_the_place(string name, string text, string picture = "a.png")
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        ExchangeJob job = await desk.ImportAsync(ExchangeDesk.Zip((name, Encoding.UTF8.GetBytes(text)), (picture, SidaUser.Picture(1))));
        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains(name, job.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http_a_program_plans_exports_waits_and_fetches()
    {
        ExchangeDesk desk = await ExchangeDesk.OpenAsync(server.App);
        using SidaUser admin = await SidaUser.SignInAsync(server.App, SiteRole.Administrator, "Ada");
        await desk.AcceptAsync(ReviewTeam.Tampered(), 1);
        string root = $"/api/review/projects/{desk.Team.Project}";
        using HttpResponseMessage plan = await admin.Http.PostAsync($"{root}/exports/plan", Json("{\"format\":\"cocoRle\"}"), Cancellation);
        Assert.Contains("\"records\":1", await plan.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using HttpResponseMessage started = await admin.Http.PostAsync($"{root}/exports", Json("{\"format\":\"cocoRle\",\"split\":{\"train\":1,\"validation\":0,\"test\":0}}"), Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        string address = started.Headers.Location!.ToString();
        ExchangeJob job = await admin.GetAsync<ExchangeJob>(address);
        await desk.EndOfAsync(job);
        using ZipArchive zip = new(new MemoryStream(await admin.Http.GetByteArrayAsync($"{address}/file", Cancellation)));
        Assert.NotNull(zip.GetEntry("annotations/instances_train.json"));
        Assert.NotNull(zip.GetEntry("manifest.json"));
        Assert.Contains(await admin.GetAsync<JobList>($"{root}/exports") is { } list ? list.Jobs : [], one => one.Id == job.Id);

        using ByteArrayContent body = new(ExchangeDesk.Zip(("a.png", SidaUser.Picture(7))));
        using HttpResponseMessage import = await admin.Http.PostAsync($"{root}/imports?use=leave&format=pictures", body, Cancellation);
        Assert.True(import.StatusCode == HttpStatusCode.Accepted, await import.Content.ReadAsStringAsync(Cancellation));
        ExchangeJob taken = await desk.EndOfAsync(await admin.GetAsync<ExchangeJob>(import.Headers.Location!.ToString()));
        Assert.Equal(1, taken.Added);
        using HttpResponseMessage bad = await admin.Http.PostAsync($"{root}/exports", Json("{\"format\":\"pictures\"}"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async IAsyncEnumerable<AnalysisEvent> HangAsync(Task never, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await never.WaitAsync(stop);
        yield break;
    }

    public sealed class Server : IDisposable
    {
        public SidaServer App { get; } = new();

        public void Dispose() => App.Dispose();
    }
}
