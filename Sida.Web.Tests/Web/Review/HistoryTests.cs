using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Queue;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Versions, decisions and comments, the same on every database.</summary>
public abstract class HistoryTests(SidaServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_save_is_a_version_that_says_who_what_and_from_which_model()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(16, "Type: {part tampered} it was cut"), 0, draft: true, null, Cancellation);
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(8, "Type: {part tampered} it was pasted"), 1, draft: false, null, Cancellation);
        VersionView last = await team.Editing.SubmitAsync(team.Anna, item, ReviewTeam.Real("Type: {real}"), 2, Cancellation);
        Assert.Equal((3, VersionKind.Submission, 2, "Anna", "alpha", new string('a', 64)), (last.Number, last.Kind, last.BasedOn, last.AuthorName, last.ModelName, last.ModelHash));

        IReadOnlyList<VersionView> versions = await team.Editing.VersionsAsync(team.Anna, item, null, null, 50, Cancellation);
        Assert.Equal([3, 2, 1], versions.Select(version => version.Number));
        Assert.Equal([VersionKind.Submission, VersionKind.Saved, VersionKind.Draft], versions.Select(version => version.Kind));
        Assert.Equal([0, 0.5, 1], versions.Select(version => version.Changes.MaskIou));
        Assert.Equal((Verdict.Tampered, Verdict.Real), (versions[0].Changes.VerdictFrom!.Value, versions[0].Changes.VerdictTo!.Value));
        Assert.Equal(
            [(TextChangeKind.Same, "Type: {part tampered} it was "), (TextChangeKind.Removed, "cut"), (TextChangeKind.Added, "pasted")],
            versions[1].Changes.Text.Select(piece => (piece.Kind, piece.Text)));
        Assert.Equal([2], (await team.Editing.VersionsAsync(team.Anna, item, null, 3, 1, Cancellation)).Select(version => version.Number));
        Assert.Equal(ReviewTeam.Columns(8), (await team.Editing.VersionAsync(team.Anna, item, null, 2, Cancellation)).Annotation.Mask);
    }

    [Fact]
    public async Task The_same_again_is_no_new_draft()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        VersionView first = await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(9) with { Reasons = ["pasted"] }, 0, draft: true, null, Cancellation);
        VersionView again = await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(9) with { Reasons = ["pasted"] }, 1, draft: true, null, Cancellation);
        Assert.Equal((1, 1), (first.Number, again.Number));
    }

    [Fact]
    public async Task A_save_that_is_based_on_an_old_version_is_refused_with_both_versions()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(9), 0, draft: true, null, Cancellation);
        ConflictException error = await Assert.ThrowsAsync<ConflictException>(() => team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(10), 0, draft: true, null, Cancellation));
        Assert.Equal("You saved version 1 meanwhile; yours began with version 0. Compare both, then save what you want to keep again.", error.Message);
        Assert.Equal((ReviewTeam.Columns(9), ReviewTeam.Columns(10)), (error.Latest!.Annotation.Mask, error.Yours!.Mask));
    }

    [Fact]
    public async Task Of_saves_at_the_same_moment_one_wins_and_the_others_are_told()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        Task<object>[] attempts = [.. Enumerable.Range(1, 5).Select(columns => Task.Run(async () =>
        {
            try
            {
                return (object)await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(columns), 0, draft: true, null, Cancellation);
            }
            catch (ConflictException error)
            {
                return error;
            }
        }))];
        object[] outcomes = await Task.WhenAll(attempts);
        VersionView winner = Assert.Single(outcomes.OfType<VersionView>());
        Assert.All(outcomes.OfType<ConflictException>(), error => Assert.Equal(winner.Annotation.Mask, error.Latest!.Annotation.Mask));
        Assert.Single(await team.Editing.VersionsAsync(team.Anna, item, null, null, 50, Cancellation));
    }

    [Fact]
    public async Task An_item_goes_its_way_submitted_returned_submitted_accepted()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item);
        Assert.Equal(ItemState.Submitted, await team.StateAsync(team.Anna, item));
        await Assert.ThrowsAsync<RequestException>(() => team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Real(), 1, draft: true, null, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Decisions.AcceptAsync(team.Anna, item, 1, null, null, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => team.Decisions.ReturnAsync(team.Reviewer, item, 1, "  ", null, Cancellation));

        Assert.Equal(item, await team.Taking.TakeNextAsync(team.Reviewer, team.Project, WorkKind.Review, null, Cancellation));
        await Assert.ThrowsAsync<ConflictException>(() => team.Taking.TakeAsync(team.Manager, item, Cancellation));
        await team.Decisions.ReturnAsync(team.Reviewer, item, 1, "The mask misses the hand.", null, Cancellation);
        Assert.Equal("The mask misses the hand.", (await team.SeeAsync(team.Anna, item)).ReturnReason);
        Assert.Equal(item, await team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, null, Cancellation));
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(ItemState.Returned, await team.StateAsync(team.Anna, item));
        await team.SubmitAsync(team.Anna, item, ReviewTeam.Tampered(24));
        await team.Decisions.AcceptAsync(team.Reviewer, item, 2, null, null, Cancellation);
        Assert.Equal(ItemState.Accepted, await team.StateAsync(team.Anna, item));

        AuditAction[] log = await LogAsync(team, item);
        Assert.Equal([AuditAction.ItemSubmitted, AuditAction.ItemReturned, AuditAction.ItemSubmitted, AuditAction.ItemAccepted], log);
    }

    [Fact]
    public async Task Two_reviewers_decide_once()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item);
        await team.Decisions.AcceptAsync(team.Reviewer, item, 1, null, null, Cancellation);
        ConflictException error = await Assert.ThrowsAsync<ConflictException>(() => team.Decisions.AcceptAsync(team.Manager, item, 1, null, null, Cancellation));
        Assert.StartsWith("This item was accepted meanwhile.", error.Message, StringComparison.Ordinal);
        await team.Decisions.ReturnAsync(team.Manager, item, 1, "Look again.", null, Cancellation);
        Assert.Equal(ItemState.Returned, await team.StateAsync(team.Manager, item));
    }

    [Fact]
    public async Task A_reviewer_corrects_and_accepts_at_once_but_never_their_own_work()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(), await team.ItemAsync());
        await team.SubmitAsync(team.Anna, ids[0]);
        await team.Decisions.AcceptAsync(team.Reviewer, ids[0], 1, ReviewTeam.Tampered(30), null, Cancellation);
        ItemView view = await team.SeeAsync(team.Reviewer, ids[0]);
        Assert.Equal((VersionKind.Correction, "Rita", ReviewTeam.Columns(30)), (view.Current!.Kind, view.Current.AuthorName, view.Current.Annotation.Mask));

        await team.SubmitAsync(team.Reviewer, ids[1]);
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Decisions.AcceptAsync(team.Reviewer, ids[1], 1, null, null, Cancellation));
        Assert.Null(await team.Taking.TakeNextAsync(team.Reviewer, team.Project, WorkKind.Review, null, Cancellation));
    }

    [Fact]
    public async Task In_one_stage_what_is_handed_in_counts()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Stages = 1 });
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item, ReviewTeam.Real());
        ItemView view = await team.SeeAsync(team.Manager, item);
        Assert.Equal((ItemState.Accepted, true), (view.State, Assert.Single(view.Lines).IsDecided));
    }

    [Fact]
    public async Task Any_version_can_be_restored_and_nothing_is_overwritten()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(5), 0, draft: false, null, Cancellation);
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(6), 1, draft: false, null, Cancellation);
        VersionView restored = await team.Editing.RestoreAsync(team.Anna, item, 1, null, Cancellation);
        Assert.Equal((3, VersionKind.Restoration, ReviewTeam.Columns(5)), (restored.Number, restored.Kind, restored.Annotation.Mask));
        await team.SubmitAsync(team.Anna, item);
        await team.Decisions.AcceptAsync(team.Reviewer, item, 4, null, null, Cancellation);
        await Assert.ThrowsAsync<RequestException>(() => team.Editing.RestoreAsync(team.Anna, item, 2, null, Cancellation));
        VersionView reopened = await team.Editing.RestoreAsync(team.Reviewer, item, 2, null, Cancellation);
        Assert.Equal((5, ReviewTeam.Columns(6), ItemState.Submitted), (reopened.Number, reopened.Annotation.Mask, await team.StateAsync(team.Reviewer, item)));
        Assert.Equal(5, (await team.Editing.VersionsAsync(team.Reviewer, item, null, null, 50, Cancellation)).Count);
    }

    [Fact]
    public async Task Where_two_annotate_neither_sees_the_other_and_a_reviewer_decides()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Overlap = 2 });
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item, ReviewTeam.Tampered(16));
        await Assert.ThrowsAsync<ConflictException>(() => team.Decisions.AcceptAsync(team.Reviewer, item, 1, null, null, Cancellation));
        ItemView bens = await team.Taking.TakeAsync(team.Ben, item, Cancellation);
        Assert.Equal((0, 1), (bens.Latest, bens.Lines.Count));
        await team.Editing.SubmitAsync(team.Ben, item, ReviewTeam.Tampered(32), 0, Cancellation);

        ItemView view = await team.SeeAsync(team.Reviewer, item);
        Assert.Equal((ItemState.Submitted, 2), (view.State, view.Lines.Count));
        Assert.Equal(0.5, (await team.Items.ListAsync(team.Reviewer, team.Project, new ItemQuery { MinDisagreement = 0.4 }, Cancellation)).Items[0].Disagreement);
        await Assert.ThrowsAsync<RequestException>(() => team.Decisions.AcceptAsync(team.Reviewer, item, 1, null, null, Cancellation));
        Guid bensLine = view.Lines.Single(line => line.AnnotatorName == "Ben").Id;
        await team.Decisions.AcceptAsync(team.Reviewer, item, 1, null, bensLine, Cancellation);
        view = await team.SeeAsync(team.Reviewer, item);
        Assert.Equal(ReviewTeam.Columns(32), view.Current!.Annotation.Mask);
        Assert.Equal(ItemState.Accepted, await team.StateAsync(team.Anna, item));
        await Assert.ThrowsAsync<NotFoundException>(() => team.SeeAsync(team.Anna, item, bensLine));
        await Assert.ThrowsAsync<NotFoundException>(() => team.Editing.VersionAsync(team.Anna, item, bensLine, 1, Cancellation));
    }

    [Fact]
    public async Task What_is_not_complete_cant_be_handed_in()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        Annotation[] wrong =
        [
            new(), ReviewTeam.Tampered() with { Mask = null }, ReviewTeam.Tampered(0), ReviewTeam.Real() with { Mask = ReviewTeam.Columns(1) },
            ReviewTeam.Real("The picture [SEG] is real"), ReviewTeam.Real(new string('x', 8001)), ReviewTeam.Real("nul \0"),
            ReviewTeam.Tampered() with { Mask = new MaskCode(1, 1, "1") }, ReviewTeam.Tampered() with { Mask = ReviewTeam.Columns(1) with { Rle = "~~~" } },
            ReviewTeam.Real() with { Reasons = [.. Enumerable.Range(0, 11).Select(i => $"{i}")] }, ReviewTeam.Real() with { Verdict = (Verdict)9 },
            ReviewTeam.Real() with { Links = [new SentenceLink(-1, ReviewTeam.Columns(1))] },
        ];
        foreach (Annotation annotation in wrong)
        {
            await Assert.ThrowsAsync<RequestException>(() => team.Editing.SubmitAsync(team.Anna, item, annotation, 0, Cancellation));
        }

        Assert.Empty(await team.Editing.VersionsAsync(team.Anna, item, null, null, 50, Cancellation));
    }

    [Fact]
    public async Task Comments_are_pinned_answered_settled_and_speak_to_people()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Overlap = 2 });
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item);
        await team.Taking.TakeAsync(team.Ben, item, Cancellation);
        Guid annas = (await team.SeeAsync(team.Anna, item)).LineId!.Value;
        CommentView comment = await team.Comments.AddAsync(team.Reviewer, item, new NewComment(" This edge? ", 10.5, 3, null, [team.Anna.OwnerId], annas), Cancellation);
        Assert.Equal(("This edge?", 10.5, 3, $"/review/{team.Project}/items/{item}?comment={comment.Id}"), (comment.Text, comment.X!.Value, comment.Y!.Value, comment.Url));
        Assert.Empty((await team.SeeAsync(team.Ben, item)).Comments);
        await Assert.ThrowsAsync<NotFoundException>(() => team.Comments.ResolveAsync(team.Ben, item, comment.Id, true, Cancellation));
        MentionView mention = Assert.Single(await team.Comments.MentionsAsync(team.Anna, team.Project, Cancellation));
        Assert.True(mention.IsNew);
        Assert.False(Assert.Single(await team.Comments.MentionsAsync(team.Anna, team.Project, Cancellation)).IsNew);

        CommentView reply = await team.Comments.AddAsync(team.Anna, item, new NewComment("Yes.", ReplyTo: comment.Id), Cancellation);
        await team.Comments.ResolveAsync(team.Anna, item, comment.Id, true, Cancellation);
        Assert.Equal(1, (await team.Items.ListAsync(team.Anna, team.Project, new ItemQuery(), Cancellation)).Items[0].OpenComments);
        Assert.Equal("Anna", (await team.Comments.ListAsync(team.Reviewer, item, Cancellation))[0].ResolvedBy);
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Comments.DeleteAsync(team.Reviewer, item, reply.Id, Cancellation));
        await team.Comments.DeleteAsync(team.Manager, item, reply.Id, Cancellation);
        Assert.Single(await team.Comments.ListAsync(team.Reviewer, item, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => team.Comments.AddAsync(team.Anna, item, new NewComment("out", 65, 1), Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => team.Comments.AddAsync(team.Anna, item, new NewComment("to Ben", Mentions: [team.Ben.OwnerId]), Cancellation));
    }

    [Fact]
    public async Task Who_is_no_member_sees_nothing_and_an_administrator_everything()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        Caller[] strangers =
        [
            new(Guid.CreateVersion7(), Permissions.All), await ReviewTeam.PersonAsync(server, SiteRole.Reviewer, "Eve"), team.Anna with { Role = SiteRole.Viewer },
        ];
        foreach (Caller stranger in strangers)
        {
            await Assert.ThrowsAsync<NotFoundException>(() => team.Projects.GetAsync(stranger, team.Project, Cancellation));
            await Assert.ThrowsAsync<NotFoundException>(() => team.SeeAsync(stranger, item));
            await Assert.ThrowsAsync<NotFoundException>(() => team.Editing.SaveAsync(stranger, item, ReviewTeam.Real(), 0, true, null, Cancellation));
            Assert.DoesNotContain(await team.Projects.ListAsync(stranger, true, Cancellation), project => project.Id == team.Project);
        }

        Caller admin = await ReviewTeam.PersonAsync(server, SiteRole.Administrator, "Ada");
        Assert.Equal(ProjectRole.Manager, (await team.SeeAsync(admin, item)).Role);
        Assert.Contains(await team.Projects.ListAsync(admin, false, Cancellation), project => project.Id == team.Project);
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Projects.CreateAsync(team.Anna, new ProjectDraft("mine"), Cancellation));

        await using SidaDb db = team.Get<AccessService>().Open(team.Manager, Permissions.All);
        Assert.Equal(0, await db.ReviewItems.CountAsync(Cancellation) + await db.ReviewProjects.CountAsync(Cancellation) + await db.AuditEntries.CountAsync(Cancellation));
        db.AuditEntries.Add(new AuditEntry { Id = Guid.NewGuid(), ProjectId = team.Project, At = default, Actor = team.Anna.OwnerId, Action = AuditAction.Exported, Details = "{}" });
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task An_archived_project_is_read_only_and_settings_are_not_overwritten()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        ProjectView before = await team.Projects.GetAsync(team.Manager, team.Project, Cancellation);
        ProjectView after = await team.Projects.UpdateAsync(team.Manager, team.Project, new ProjectDraft("Egrets", Settings: new ProjectSettings { Overlap = 2 }), before.Revision, Cancellation);
        Assert.Equal(("Egrets", 2), (after.Name, after.Settings.Overlap));
        await Assert.ThrowsAsync<ConflictException>(() => team.Projects.UpdateAsync(team.Manager, team.Project, new ProjectDraft("Ducks"), before.Revision, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Projects.UpdateAsync(team.Reviewer, team.Project, new ProjectDraft("Ducks"), after.Revision, Cancellation));
        await team.SubmitAsync(team.Anna, item);
        await team.SubmitAsync(team.Ben, item);
        await Assert.ThrowsAsync<RequestException>(() => team.Members.PutAsync(team.Manager, team.Project, team.Anna.OwnerId, ProjectRole.Reviewer, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => team.Members.RemoveAsync(team.Manager, team.Project, team.Manager.OwnerId, Cancellation));

        await team.Projects.ArchiveAsync(team.Manager, team.Project, true, Cancellation);
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Decisions.AcceptAsync(team.Reviewer, item, 1, null, null, Cancellation));
        Assert.DoesNotContain(await team.Projects.ListAsync(team.Anna, false, Cancellation), project => project.Id == team.Project);
        await team.Members.RemoveAsync(team.Ben, team.Project, team.Ben.OwnerId, Cancellation);
        await Assert.ThrowsAsync<NotFoundException>(() => team.SeeAsync(team.Ben, item));
    }

    private static async Task<AuditAction[]> LogAsync(ReviewTeam team, Guid item)
    {
        await using SidaDb db = team.Get<AccessService>().OpenForServer();
        return [.. await db.AuditEntries.Where(row => row.ItemId == item).OrderBy(row => row.At).ThenBy(row => row.Id).Select(row => row.Action).ToListAsync(Cancellation)];
    }
}
