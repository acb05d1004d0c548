using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review;
using Sida.Web.Review.Quality;

namespace Sida.Web.Tests.Web.Review;

/// <summary>The numbers of a project, the same on every database.</summary>
public abstract class QualityTests(SidaServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agreement_is_that_of_the_pairs_of_annotations()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Overlap = 2 });
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(), await team.ItemAsync(), await team.ItemAsync(), await team.ItemAsync());
        // Masks of 16 and 32 columns of 64: IoU 1/2, Dice 2/3. Then the same, two different verdicts, and real by both.
        await BothAsync(ids[0], ReviewTeam.Tampered(16, "same"), ReviewTeam.Tampered(32, "same"));
        await BothAsync(ids[1], ReviewTeam.Tampered(16, "same"), ReviewTeam.Tampered(16, "same"));
        await BothAsync(ids[2], ReviewTeam.Tampered(16, "abcd"), ReviewTeam.Real("abce"));
        await BothAsync(ids[3], ReviewTeam.Real("same"), ReviewTeam.Real("same"));
        Agreement agreement = await team.Get<AgreementService>().GetAsync(team.Reviewer, team.Project, Cancellation);
        Assert.Equal((4, 4, 0.75), (agreement.Items, agreement.Pairs, agreement.Total.SameVerdict));
        Assert.Equal((0.5 + 1 + 0) / 3, agreement.Total.MeanIou!.Value, 9);
        Assert.Equal(((2.0 / 3) + 1 + 0) / 3, agreement.Total.MeanDice!.Value, 9);
        Assert.Equal((1 + 1 + 0.75 + 1) / 4, agreement.Total.MeanText, 9);
        // Observed 3/4; Anna said tampered 3 times of 4, Ben 2: expected 3/4 * 2/4 + 1/4 * 2/4 = 1/2.
        CoupleAgreement couple = Assert.Single(agreement.Couples);
        Assert.Equal(("Anna", "Ben"), string.CompareOrdinal(couple.First, couple.Second) < 0 ? (couple.First, couple.Second) : (couple.Second, couple.First));
        Assert.Equal(0.5, couple.CohenKappa!.Value, 9);
        // Of all 8 verdicts 5 are tampered: expected (25 + 9) / 64; (3/4 - 34/64) / (30/64).
        Assert.Equal((0.75 - (34.0 / 64)) / (30.0 / 64), agreement.FleissKappa!.Value, 9);
        Assert.Equal([ids[2], ids[0]], agreement.Disagreements.Select(row => row.ItemId));
        Assert.Equal([false, true], agreement.Disagreements.Select(row => row.SameVerdict));
        Assert.Equal(["Anna", "Ben"], agreement.People.Select(row => row.Name));
        Assert.Equal(4, Assert.Single(agreement.Weeks).Numbers.Pairs);
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Get<AgreementService>().GetAsync(team.Anna, team.Project, Cancellation));

        async Task BothAsync(Guid item, Annotation annas, Annotation bens)
        {
            await team.SubmitAsync(team.Anna, item, annas);
            await team.SubmitAsync(team.Ben, item, bens);
        }
    }

    [Fact]
    public async Task What_a_reviewer_corrects_changes_what_counts_but_not_what_the_annotator_said()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Overlap = 2 });
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item, ReviewTeam.Tampered(16));
        await team.SubmitAsync(team.Ben, item, ReviewTeam.Tampered(16));
        Guid line = (await team.SeeAsync(team.Anna, item)).LineId!.Value;
        await team.Decisions.AcceptAsync(team.Reviewer, item, 1, ReviewTeam.Real(), line, Cancellation);
        Assert.Equal(1, (await team.Get<AgreementService>().GetAsync(team.Reviewer, team.Project, Cancellation)).Total.SameVerdict);
        ModelReport model = (await team.Get<DashboardService>().GetAsync(team.Reviewer, team.Project, 30, null, Cancellation)).Model!;
        Assert.Equal((1, 0.0, new ConfusionCell(Verdict.Real, Verdict.Tampered, 1)), (model.Items, model.Right, Assert.Single(model.Confusion)));
    }

    [Fact]
    public async Task Honeypots_are_scored_and_only_managers_are_told()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { HoneypotShare = 0.2, Stages = 1 });
        NewItem plain = await team.ItemAsync();
        List<Guid> ids = await team.AddAsync(plain with { Truth = ReviewTeam.Tampered(32) }, plain with { Truth = ReviewTeam.Real() }, plain);
        await team.SubmitAsync(team.Anna, ids[0], ReviewTeam.Tampered(16));
        await team.SubmitAsync(team.Anna, ids[1], ReviewTeam.Tampered(16));
        await team.SubmitAsync(team.Anna, ids[2], ReviewTeam.Tampered(16));
        await team.SubmitAsync(team.Ben, ids[1], ReviewTeam.Real());
        HoneypotReport report = await team.Get<HoneypotService>().GetAsync(team.Manager, team.Project, Cancellation);
        Assert.Equal(2, report.Items);
        Assert.Equal([("Anna", 2, 0.5, 0.25), ("Ben", 1, 1.0, -1)], report.People.Select(row => (row.Name, row.Done, row.RightVerdict, row.MeanIou ?? -1)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Get<HoneypotService>().GetAsync(team.Reviewer, team.Project, Cancellation));
        // They teach nothing about the model, since nobody asked experts for what was known before.
        Assert.Equal(1, (await team.Get<DashboardService>().GetAsync(team.Reviewer, team.Project, 30, null, Cancellation)).Model!.Items);
    }

    [Fact]
    public async Task The_dashboard_counts_days_people_time_and_where_the_model_is_wrong()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        NewItem plain = await team.ItemAsync();
        List<Guid> ids = await team.AddAsync(plain, plain, plain with { Model = ReviewTeam.Real(), ModelName = "beta" }, plain);
        await WorkAsync(team.Anna, ids[0], ReviewTeam.Tampered(16) with { Reasons = ["pasted"] }, 60);
        await WorkAsync(team.Anna, ids[1], ReviewTeam.Real(), 120);
        await WorkAsync(team.Ben, ids[2], ReviewTeam.Tampered(64) with { Reasons = ["Pasted", "blurred"] }, 1200);
        await team.Decisions.ReturnAsync(team.Reviewer, ids[1], 1, "Look again.", null, Cancellation);
        await team.Decisions.AcceptAsync(team.Reviewer, ids[0], 1, null, null, Cancellation);
        await team.Decisions.AcceptAsync(team.Reviewer, ids[2], 1, null, null, Cancellation);

        Dashboard numbers = await team.Get<DashboardService>().GetAsync(team.Reviewer, team.Project, 7, null, Cancellation);
        Assert.Equal((1, 1, 2), (numbers.Counts[ItemState.New], numbers.Counts[ItemState.Returned], numbers.Counts[ItemState.Accepted]));
        Assert.Equal((3, 1.0 / 3), (numbers.Submissions, numbers.ReturnRate!.Value));
        Assert.Equal(7, numbers.Days.Count);
        Assert.Equal((3, 2, 1), (numbers.Days.Sum(day => day.Submitted), numbers.Days.Sum(day => day.Accepted), numbers.Days.Sum(day => day.Returned)));
        // Twenty minutes between two signs of life is a pause: five minutes of it count. A machine that is busy adds seconds of its own.
        Assert.Equal([("Anna", 2, 1, 3), ("Ben", 1, 0, 10)], numbers.People.Select(row => (row.Name, row.Submitted, row.Returned, (int)(row.MedianSeconds!.Value / 30))));
        Assert.Equal((2, 0.5, 0.5), (numbers.Model!.Items, numbers.Model.Right, numbers.Model.MeanIou!.Value));
        Assert.Equal(
            [new ConfusionCell(Verdict.Tampered, Verdict.Real, 1), new ConfusionCell(Verdict.Tampered, Verdict.Tampered, 1)],
            numbers.Model.Confusion);
        Assert.Equal([new ModelSlice<MaskPlace?>(MaskPlace.Left, 1, 0, 1), new ModelSlice<MaskPlace?>(MaskPlace.Centre, 1, 1, 0)], numbers.Model.Areas);
        Assert.Equal([("pasted", 2), ("blurred", 1)], numbers.Model.Reasons.Select(row => (row.By.ToLowerInvariant(), row.Items)));
        Assert.Equal(1, (await team.Get<DashboardService>().GetAsync(team.Reviewer, team.Project, 7, "beta", Cancellation)).Model!.Items);

        async Task WorkAsync(Caller who, Guid item, Annotation annotation, int seconds)
        {
            await team.Taking.TakeAsync(who, item, Cancellation);
            server.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await team.SubmitAsync(who, item, annotation);
        }
    }

    [Fact]
    public async Task The_audit_log_tells_who_did_what_in_order()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item);
        await team.Decisions.ReturnAsync(team.Reviewer, item, 1, "The edge is missing.", null, Cancellation);
        AuditService audit = team.Get<AuditService>();
        IReadOnlyList<AuditView> log = await audit.ListAsync(team.Manager, team.Project, null, null, 50, Cancellation);
        Assert.Equal((AuditAction.ItemReturned, "Rita", item, "The edge is missing."), (log[0].Action, log[0].ActorName, log[0].ItemId!.Value, log[0].Details.GetProperty("reason").GetString()));
        Assert.Equal(
            [AuditAction.ItemReturned, AuditAction.ItemSubmitted, AuditAction.ItemsAdded, AuditAction.MemberAdded, AuditAction.MemberAdded, AuditAction.MemberAdded, AuditAction.ProjectCreated],
            log.Select(entry => entry.Action));
        Assert.Equal([AuditAction.ItemSubmitted, AuditAction.ItemsAdded], (await audit.ListAsync(team.Manager, team.Project, null, log[0].Id, 2, Cancellation)).Select(entry => entry.Action));
        Assert.Equal(2, (await audit.ListAsync(team.Reviewer, team.Project, item, null, 50, Cancellation)).Count);
        await Assert.ThrowsAsync<ForbiddenException>(() => audit.ListAsync(team.Reviewer, team.Project, null, null, 50, Cancellation));
    }
}
