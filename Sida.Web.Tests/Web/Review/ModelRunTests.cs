using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Jobs;
using Sida.Web.Review.Quality;
using Sida.Web.Tests.Web.Review.Formats;

namespace Sida.Web.Tests.Web.Review;

/// <summary>A model is asked about items that are in the queue already.</summary>
public abstract class ModelRunTests(SidaServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Items_get_the_answer_of_another_model_and_the_order_of_the_queue_follows()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync();
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(0.8f), await team.ItemAsync(0.5f));
        Assert.Equal([ids[1], ids[0]], await OrderAsync(team));
        Says(new ScriptedAnswer { Verdict = Verdict.Real, Words = ["It", " is", " real."], Logits = [9, 0, 0] });
        ExchangeJob job = await RunAsync(team, exchange, new AskOrder("beta", [ids[1]]));
        Assert.Equal((JobState.Finished, 1, 1, 1, 0), (job.State, job.Total, job.Done, job.Added, job.LeftOutCount));
        Assert.Equal([ids[0], ids[1]], await OrderAsync(team));
        ItemView asked = await team.SeeAsync(team.Anna, ids[1]);
        Assert.Equal(("beta", Verdict.Real, "It is real."), (asked.ModelName, asked.Model!.Verdict!.Value, asked.Model.Explanation));
        Assert.Null(asked.Model.Mask);
        Assert.True(asked.Probabilities!.Real > 0.99f);
        Assert.Equal("alpha", (await team.SeeAsync(team.Anna, ids[0])).ModelName);
        AuditView entry = (await team.Get<AuditService>().ListAsync(team.Manager, team.Project, null, null, 1, Cancellation))[0];
        Assert.Equal((AuditAction.ModelAsked, "beta", 1), (entry.Action, entry.Details.GetProperty("model").GetString(), entry.Details.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Experts_keep_what_they_said_and_both_models_are_measured_by_it()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync(new ProjectSettings { Stages = 1 });
        Guid item = await team.AddAsync();
        Annotation annas = ReviewTeam.Tampered();
        await team.SubmitAsync(team.Anna, item, annas);
        Says(new ScriptedAnswer { Width = ReviewTeam.Width, Height = ReviewTeam.Height });
        Assert.Equal(1, (await RunAsync(team, exchange, new AskOrder("beta", Filter: new ItemQuery { State = ItemState.Accepted }))).Added);

        ItemView view = await team.SeeAsync(team.Reviewer, item);
        Assert.Equal((ItemState.Accepted, "beta"), (view.State, view.ModelName));
        Assert.Equal(annas.Mask, view.Current!.Annotation.Mask);
        // The first version still shows what it changed of the answer that it began with.
        Assert.Equal((Verdict.Tampered, 1.0), (view.Current.Changes.VerdictFrom!.Value, view.Current.Changes.MaskIou));
        Assert.All(view.Current.Changes.Text, piece => Assert.Equal(TextChangeKind.Same, piece.Kind));
        Assert.Equal("alpha", view.Current.ModelName);
        // Alpha had marked what Anna marked, beta the opposite corner.
        Assert.Equal([("alpha", 1.0), ("beta", 0.0), (null, 0.0)], await OverlapsAsync(team));

        await team.Decisions.ReturnAsync(team.Reviewer, item, 1, "It is the other corner.", null, Cancellation);
        await team.SubmitAsync(team.Anna, item, annas with { Mask = MaskCode.Of(ScriptedAnswer.LowerRight(ReviewTeam.Width, ReviewTeam.Height)) });
        Assert.Equal([("alpha", 0.0), ("beta", 1.0), (null, 1.0)], await OverlapsAsync(team));
        Assert.Null((await team.Get<DashboardService>().GetAsync(team.Reviewer, team.Project, 30, "gamma", Cancellation)).Model);
    }

    [Fact]
    public async Task What_somebody_works_on_is_left_alone_and_what_is_answered_is_passed_over()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync();
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(name: "held.png"), await team.ItemAsync(), await team.ItemAsync());
        await team.Taking.TakeAsync(team.Anna, ids[0], Cancellation);
        Says(new ScriptedAnswer());
        AskOrder all = new("beta", Filter: new ItemQuery());
        ExchangeJob first = await RunAsync(team, exchange, all);
        Assert.Equal((JobState.Finished, 2, 0), (first.State, first.Added, first.Known));
        Assert.Equal("1. held.png: somebody works on it just now", Assert.Single(first.LeftOut));
        Assert.Equal("alpha", (await team.SeeAsync(team.Anna, ids[0])).ModelName);

        await team.Taking.ReleaseAsync(team.Anna, ids[0], Cancellation);
        int asked = server.Models.Requests.Count;
        ExchangeJob second = await RunAsync(team, exchange, all);
        Assert.Equal((1, 2, 0, 1), (second.Added, second.Known, second.LeftOutCount, server.Models.Requests.Count - asked));
    }

    [Fact]
    public async Task Who_begins_while_the_model_thinks_keeps_what_they_saw()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync();
        Guid item = await team.AddAsync();
        // The model answers outside of the test, where it has no context.
        CancellationToken cancellation = Cancellation;
        server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, BeforeWord = (word, _) => word == 0 ? team.Taking.TakeAsync(team.Ben, item, cancellation) : Task.CompletedTask }.PlayAsync(stop);
        ExchangeJob job = await RunAsync(team, exchange, new AskOrder("beta", [item]));
        Assert.Equal((JobState.Finished, 0, 1), (job.State, job.Added, job.LeftOutCount));
        Assert.Equal("alpha", (await team.SeeAsync(team.Ben, item)).ModelName);
    }

    [Fact]
    public async Task An_item_that_no_model_was_asked_about_begins_with_its_answer()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync();
        Guid item = (await team.AddAsync(new NewItem(await team.PictureAsync(), Source: "test")))[0];
        Says(new ScriptedAnswer { Width = ReviewTeam.Width, Height = ReviewTeam.Height });
        await RunAsync(team, exchange, new AskOrder("beta", [item]));
        ItemSummary row = Assert.Single((await team.Items.ListAsync(team.Anna, team.Project, new ItemQuery(), Cancellation)).Items);
        Assert.Equal((Verdict.Tampered, MaskPlace.LowerRight, 0.25), (row.ModelVerdict!.Value, row.Area!.Value, row.MaskShare!.Value));
        Assert.True(row.Doubt < 1);
    }

    [Fact]
    public async Task Only_managers_ask_and_an_order_says_which_items()
    {
        (ReviewTeam team, ExchangeService exchange) = await MeetAsync();
        Guid item = await team.AddAsync();
        AskOrder order = new("beta", [item]);
        await Assert.ThrowsAsync<ForbiddenException>(() => exchange.AskAsync(team.Reviewer, team.Project, order, Cancellation));
        Caller stranger = await ReviewTeam.PersonAsync(server, SiteRole.Reviewer, "Sam");
        await Assert.ThrowsAsync<NotFoundException>(() => exchange.AskAsync(stranger, team.Project, order, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => exchange.AskAsync(team.Manager, team.Project, order with { Model = "gamma" }, Cancellation));
        foreach (AskOrder wrong in (AskOrder[])[new(), new("beta", [item], new ItemQuery()), new("beta", []), new("beta", [Guid.NewGuid()]), new("beta", Filter: new ItemQuery { State = ItemState.Accepted })])
        {
            await Assert.ThrowsAsync<RequestException>(() => exchange.AskAsync(team.Manager, team.Project, wrong, Cancellation));
        }

        await team.Projects.ArchiveAsync(team.Manager, team.Project, true, Cancellation);
        await Assert.ThrowsAsync<ForbiddenException>(() => exchange.AskAsync(team.Manager, team.Project, order, Cancellation));
    }

    [Fact]
    public async Task Over_http_a_program_has_a_model_asked()
    {
        (ReviewTeam team, _) = await MeetAsync();
        Guid item = await team.AddAsync();
        Says(new ScriptedAnswer());
        using SidaUser admin = await SidaUser.SignInAsync(server, SiteRole.Administrator, "Ada");
        string root = $"/api/review/projects/{team.Project}/model-runs";
        using HttpResponseMessage bad = await admin.Http.PostAsync(root, Json("{\"model\":\"beta\"}"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using HttpResponseMessage started = await admin.Http.PostAsync(root, Json("{\"model\":\"beta\",\"filter\":{\"state\":\"new\",\"verdict\":\"tampered\"}}"), Cancellation);
        Assert.True(started.StatusCode == HttpStatusCode.Accepted, await started.Content.ReadAsStringAsync(Cancellation));
        ExchangeJob job = await admin.GetAsync<ExchangeJob>(started.Headers.Location!.ToString());
        Assert.Equal(1, (await ExchangeDesk.UntilAsync(team.Get<ExchangeJobs>(), job, now => now.IsOver)).Added);
        Assert.Equal([job.Id], (await admin.GetAsync<JobList>(root)).Jobs.Select(one => one.Id));
        Assert.Empty((await admin.GetAsync<JobList>($"/api/review/projects/{team.Project}/imports")).Jobs);
        Assert.Equal("beta", (await team.SeeAsync(team.Anna, item)).ModelName);
    }

    [Fact]
    public async Task A_restart_of_the_server_takes_a_run_up_where_it_was()
    {
        using SidaServer owner = new();
        SidaServer first = owner.Successor();
        ReviewTeam team = await ReviewTeam.MeetAsync(first);
        PictureRef picture = await team.PictureAsync();
        List<Guid> ids = await team.AddAsync(new NewItem(picture, Source: "test"), new NewItem(picture, Source: "test"), new NewItem(picture, Source: "test"));
        TaskCompletionSource never = new();
        first.Models.Script = (request, stop) => first.Models.Requests.Count == 1 ? ScriptedModels.WholeAnswer(request, stop) : HangAsync(never.Task, stop);
        ExchangeJob job = await team.Get<ExchangeService>().AskAsync(team.Manager, team.Project, new AskOrder(Filter: new ItemQuery()), Cancellation);
        Assert.Equal("alpha", job.Ask!.Model);
        await ExchangeDesk.UntilAsync(team.Get<ExchangeJobs>(), job, now => now.Added == 1);
        await first.DisposeAsync();

        using SidaServer second = owner.Successor();
        ExchangeJob end = await ExchangeDesk.UntilAsync(second.Services.GetRequiredService<ExchangeJobs>(), job, now => now.IsOver);
        Assert.Equal((JobState.Finished, 2, 1, 3), (end.State, end.Added, end.Known, end.Total));
        Assert.Equal(2, second.Models.Requests.Count);
        Assert.Equal(3, ids.Count);
    }

    [Fact]
    public async Task A_database_that_refuses_ends_the_run_and_nothing_else()
    {
        using SidaServer own = new();
        ReviewTeam team = await ReviewTeam.MeetAsync(own);
        own.Models.Install("beta");
        Guid item = await team.AddAsync();
        await using (SidaDb db = team.Get<AccessService>().OpenForServer())
        {
            await db.Database.ExecuteSqlRawAsync("DROP TABLE \"EarlierAnswers\"", Cancellation);
        }

        // The second one shows that jobs are still worked on.
        for (int i = 0; i < 2; i++)
        {
            ExchangeJob job = await RunAsync(team, team.Get<ExchangeService>(), new AskOrder("beta", [item]));
            Assert.Equal(JobState.Failed, job.State);
            Assert.Contains("database", job.Problem, StringComparison.Ordinal);
        }
    }

    private async Task<(ReviewTeam Team, ExchangeService Exchange)> MeetAsync(ProjectSettings? settings = null)
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, settings);
        server.Models.Install("beta");
        return (team, team.Get<ExchangeService>());
    }

    private void Says(ScriptedAnswer answer) => server.Models.Script = (request, stop) => (answer with { Prompt = request.Prompt }).PlayAsync(stop);

    private static async Task<ExchangeJob> RunAsync(ReviewTeam team, ExchangeService exchange, AskOrder order) =>
        await ExchangeDesk.UntilAsync(team.Get<ExchangeJobs>(), await exchange.AskAsync(team.Manager, team.Project, order, Cancellation), job => job.IsOver);

    private static async Task<List<Guid>> OrderAsync(ReviewTeam team) =>
        [.. (await team.Items.ListAsync(team.Anna, team.Project, new ItemQuery(), Cancellation)).Items.Select(item => item.Id)];

    /// <summary>How each model's mask overlaps with what counts now, and that of the latest answer.</summary>
    private static async Task<List<(string? Model, double Iou)>> OverlapsAsync(ReviewTeam team)
    {
        DashboardService dashboard = team.Get<DashboardService>();
        IReadOnlyList<string> models = (await dashboard.GetAsync(team.Reviewer, team.Project, 30, null, Cancellation)).Models;
        List<(string?, double)> overlaps = [];
        foreach (string? model in models.Append(null))
        {
            overlaps.Add((model, (await dashboard.GetAsync(team.Reviewer, team.Project, 30, model, Cancellation)).Model!.MeanIou!.Value));
        }

        return overlaps;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async IAsyncEnumerable<AnalysisEvent> HangAsync(Task never, [EnumeratorCancellation] CancellationToken stop)
    {
        await never.WaitAsync(stop);
        yield break;
    }
}
