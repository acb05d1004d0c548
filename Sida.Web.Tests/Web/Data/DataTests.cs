using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Conversations;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Tests.Web.Data;

/// <summary>What is stored and found again, the same on every database that Sida supports.</summary>
public abstract class DataTests(SidaServer server)
{
    private readonly Caller _anna = new(Guid.CreateVersion7(), Permissions.All);
    private readonly Caller _ben = new(Guid.CreateVersion7(), Permissions.All);

    private ConversationService Conversations => server.Services.GetRequiredService<ConversationService>();

    private AskingService Asking => server.Services.GetRequiredService<AskingService>();

    private AnalysisService Analyses => server.Services.GetRequiredService<AnalysisService>();

    private AccessService Access => server.Services.GetRequiredService<AccessService>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_migrations_are_complete()
    {
        await using SidaDb db = Access.OpenForServer();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancellation));
    }

    [Fact]
    public async Task A_conversation_comes_back_as_it_was()
    {
        Asked asked = await AskAsync(_anna, "Is this real? 🙂", seed: 1);
        ConversationView view = await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation);
        TurnView turn = Assert.Single(view.Turns);
        Assert.Equal("Is this real? 🙂", turn.Text);
        Assert.Equal(AnalysisState.Finished, turn.Answer.State);
        Assert.Equal(Verdict.Tampered, turn.Answer.Verdict);
        Assert.Equal("The left sleeve was altered.", turn.Answer.Text);
        Assert.Equal(0.9, turn.Answer.Probabilities!.Tampered, 0.05);
        MaskView mask = Assert.Single(turn.Answer.Masks);
        Assert.Equal((64, 48, 768L), (mask.Width, mask.Height, mask.ForegroundPixels));
        Assert.Equal("The left sleeve was altered.", turn.Answer.Document!.Text);
        Assert.Equal(32, Assert.Single(turn.Answer.Document.Masks).Bounds!.Value.Width);
    }

    [Fact]
    public async Task A_mask_that_the_engine_sends_again_replaces_the_first()
    {
        server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, EarlyMask = true }.PlayAsync(stop);
        Asked asked = await AskAsync(_anna, "Where?", seed: 1);
        server.Models.Script = ScriptedModels.WholeAnswer;
        List<MaskView> sent = [.. (await Analyses.ReadAsync(_anna, asked.AnalysisIds[0], 0, Cancellation).ToListAsync(Cancellation)).OfType<MaskMessage>().Select(message => message.Mask)];
        Assert.Equal([0L, 768], sent.Select(mask => mask.ForegroundPixels));
        Assert.NotEqual(sent[0].Url, sent[1].Url);
        AnalysisSnapshot answer = (await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns[0].Answer;
        Assert.Equal(sent[1] with { Rle = null }, Assert.Single(answer.Masks));
        Assert.Single(answer.Document!.Masks);
    }

    [Fact]
    public async Task A_mask_that_was_shown_early_is_gone_when_the_answer_ends_without_it()
    {
        server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, EarlyMask = true, Verdict = Verdict.Real }.PlayAsync(stop);
        Asked asked = await AskAsync(_anna, "Where?", seed: 1);
        server.Models.Script = ScriptedModels.WholeAnswer;
        Assert.Single((await Analyses.ReadAsync(_anna, asked.AnalysisIds[0], 0, Cancellation).ToListAsync(Cancellation)).OfType<MaskMessage>());
        Assert.Empty((await Analyses.GetAsync(_anna, asked.AnalysisIds[0], Cancellation)).Masks);
        AnalysisSnapshot answer = (await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns[0].Answer;
        Assert.Empty(answer.Masks);
        Assert.Empty(answer.Document!.Masks);
    }

    [Fact]
    public async Task Recorded_messages_are_replayed_from_any_number_with_the_same_end()
    {
        Asked asked = await AskAsync(_anna, "Where?", seed: 1);
        List<AnalysisMessage> all = await Analyses.ReadAsync(_anna, asked.AnalysisIds[0], 0, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(message => message.Sequence));
        Assert.Equal("The left sleeve was altered.", string.Concat(all.OfType<TokenMessage>().Select(token => token.Text)));
        Assert.True(all.FindIndex(message => message is VerdictMessage) < all.FindIndex(message => message is TokenMessage));
        FinishedMessage finished = Assert.IsType<FinishedMessage>(all[^1]);
        Assert.Single(finished.Document!.Masks);
        List<AnalysisMessage> tail = await Analyses.ReadAsync(_anna, asked.AnalysisIds[0], 5, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(all[5..].Select(message => message.Sequence), tail.Select(message => message.Sequence));
    }

    [Theory]
    [InlineData("GRÜSSE", true)]
    [InlineData("grüsse", true)]
    [InlineData("sleeve", true)]
    [InlineData("tampered", true)]
    [InlineData("100%_sure", true)]
    [InlineData("100%Xsure", false)]
    [InlineData("%", true)]
    [InlineData("_____", false)]
    [InlineData("synthetic", false)]
    [InlineData("nothing like it", false)]
    public async Task Search_finds_title_question_answer_and_verdict_whatever_the_case(string search, bool found)
    {
        Asked asked = await AskAsync(_anna, "Are you 100%_sure?", seed: 1);
        await Conversations.RenameAsync(_anna, asked.ConversationId, "Viele Grüsse", Cancellation);
        IReadOnlyList<ConversationSummary> list = await Conversations.ListAsync(_anna, new ConversationQuery { Search = search }, Cancellation);
        Assert.Equal(found ? 1 : 0, list.Count);
        Assert.Empty(await Conversations.ListAsync(_ben, new ConversationQuery { Search = search }, Cancellation));
    }

    [Fact]
    public async Task The_list_has_pinned_ones_first_then_the_newest()
    {
        Asked first = await AskAsync(_anna, "one", seed: 1);
        Asked second = await AskAsync(_anna, "two", seed: 2);
        Asked third = await AskAsync(_anna, "three", seed: 3);
        await Conversations.PinAsync(_anna, first.ConversationId, true, Cancellation);
        IReadOnlyList<ConversationSummary> list = await Conversations.ListAsync(_anna, new ConversationQuery(), Cancellation);
        Assert.Equal([first.ConversationId, third.ConversationId, second.ConversationId], list.Select(row => row.Id));
        Assert.All(list, row => Assert.Equal(Verdict.Tampered, row.Verdict));
    }

    [Fact]
    public async Task Editing_a_question_keeps_the_old_branch()
    {
        Asked first = await AskAsync(_anna, "first", seed: 1);
        Asked follow = await AskAsync(_anna, "follow", first.ConversationId);
        Asked edited = await AskAsync(_anna, "edited", first.ConversationId, replaces: first.QuestionId);
        ConversationView view = await Conversations.GetAsync(_anna, first.ConversationId, Cancellation);
        Assert.Equal(["edited"], view.Turns.Select(turn => turn.Text));
        Assert.Equal([first.QuestionId, edited.QuestionId], view.Turns[0].Versions);

        await Conversations.ShowBranchAsync(_anna, first.ConversationId, first.QuestionId, Cancellation);
        view = await Conversations.GetAsync(_anna, first.ConversationId, Cancellation);
        Assert.Equal(["first", "follow"], view.Turns.Select(turn => turn.Text));
        Assert.Equal(follow.QuestionId, view.Turns[1].QuestionId);
    }

    [Fact]
    public async Task Asking_again_adds_an_answer_and_shows_it()
    {
        Asked first = await AskAsync(_anna, "again?", seed: 1);
        Asked again = await Asking.AskAgainAsync(_anna, first.ConversationId, first.QuestionId, null, 900, Cancellation);
        await EndAsync(_anna, again.AnalysisIds[0]);
        TurnView turn = Assert.Single((await Conversations.GetAsync(_anna, first.ConversationId, Cancellation)).Turns);
        Assert.Equal([first.AnalysisIds[0], again.AnalysisIds[0]], turn.Answers.Select(answer => answer.Id));
        Assert.Equal(1, turn.Shown);
        Assert.Equal(900, turn.Answer.MaxNewTokens);
        await Conversations.ShowAnswerAsync(_anna, first.ConversationId, first.AnalysisIds[0], Cancellation);
        Assert.Equal(0, Assert.Single((await Conversations.GetAsync(_anna, first.ConversationId, Cancellation)).Turns).Shown);
    }

    [Fact]
    public async Task Several_models_answer_one_question_side_by_side()
    {
        server.Models.Install("beta");
        PictureView picture = await server.Services.GetRequiredService<PictureService>().AddAsync(_anna, new MemoryStream(SidaUser.Picture(3)), "c.png", Cancellation);
        Asked asked = await Asking.AskAsync(_anna, new Ask { PictureId = picture.Id, Text = "Who is right?", Models = ["alpha", "beta"] }, Cancellation);
        foreach (Guid answer in asked.AnalysisIds)
        {
            await EndAsync(_anna, answer);
        }

        TurnView turn = Assert.Single((await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns);
        Assert.Equal(["alpha", "beta"], turn.Answers.Select(answer => answer.Model));
        await Conversations.ShowAnswerAsync(_anna, asked.ConversationId, asked.AnalysisIds[0], Cancellation);
        Assert.Equal("alpha", (await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns[0].Answer.Model);

        await Conversations.ChooseModelAsync(_anna, asked.ConversationId, "beta", Cancellation);
        Asked next = await AskAsync(_anna, "And now?", asked.ConversationId);
        Assert.Equal("beta", (await Analyses.GetAsync(_anna, next.AnalysisIds[0], Cancellation)).Model);
        await Assert.ThrowsAsync<NotFoundException>(() => Conversations.ChooseModelAsync(_anna, asked.ConversationId, "omega", Cancellation));
    }

    [Fact]
    public async Task A_further_question_keeps_the_picture_and_tells_the_model_what_was_said()
    {
        Asked first = await AskAsync(_anna, "first", seed: 1);
        await AskAsync(_anna, "second", first.ConversationId);
        Sida.Engine.Analysis.AnalysisRequest request = server.Models.Requests[^1];
        Assert.Equal("second", request.Prompt);
        Assert.Equal(("first", "The left sleeve was altered."), (Assert.Single(request.History).Question, request.History[0].Answer));

        await AskAsync(_anna, "about another picture", first.ConversationId, seed: 2);
        Assert.Empty(server.Models.Requests[^1].History);
    }

    [Fact]
    public async Task A_deleted_conversation_can_be_restored_until_it_is_swept_with_its_picture()
    {
        Asked asked = await AskAsync(_anna, "delete me", seed: 4711);
        string sha256 = (await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns[0].Picture.Sha256;
        await Conversations.DeleteAsync(_anna, asked.ConversationId, Cancellation);
        await Assert.ThrowsAsync<NotFoundException>(() => Conversations.GetAsync(_anna, asked.ConversationId, Cancellation));
        Assert.Empty(await Conversations.ListAsync(_anna, new ConversationQuery(), Cancellation));
        await SweepAsync();
        await Conversations.RestoreAsync(_anna, asked.ConversationId, Cancellation);
        Assert.Single((await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns);

        await Conversations.DeleteAsync(_anna, asked.ConversationId, Cancellation);
        server.Clock.Advance(TimeSpan.FromDays(1));
        await SweepAsync();
        await Assert.ThrowsAsync<NotFoundException>(() => Conversations.RestoreAsync(_anna, asked.ConversationId, Cancellation));
        Assert.False(server.Services.GetRequiredService<PictureStore>().Contains(sha256));
        await using SidaDb db = Access.Open(_anna, Permissions.Read);
        Assert.Equal(0, await db.Questions.CountAsync(Cancellation) + await db.Analyses.CountAsync(Cancellation) + await db.Masks.CountAsync(Cancellation)
            + await db.RecordedEvents.CountAsync(Cancellation) + await db.Pictures.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Retention_removes_what_is_old_and_not_pinned()
    {
        Asked old = await AskAsync(_anna, "old", seed: 1);
        Asked pinned = await AskAsync(_anna, "pinned", seed: 2);
        await Conversations.PinAsync(_anna, pinned.ConversationId, true, Cancellation);
        server.Clock.Advance(TimeSpan.FromDays(31));
        Asked fresh = await AskAsync(_anna, "new", seed: 3);
        await SweepAsync();
        IReadOnlyList<ConversationSummary> list = await Conversations.ListAsync(_anna, new ConversationQuery(), Cancellation);
        Assert.Equal([pinned.ConversationId, fresh.ConversationId], list.Select(row => row.Id));
        Assert.DoesNotContain(list, row => row.Id == old.ConversationId);
    }

    [Fact]
    public async Task Nobody_sees_or_touches_what_is_somebody_elses()
    {
        Asked asked = await AskAsync(_anna, "mine", seed: 1);
        (Guid conversation, Guid question, Guid analysis) = (asked.ConversationId, asked.QuestionId, asked.AnalysisIds[0]);
        Func<Task>[] attempts =
        [
            () => Conversations.GetAsync(_ben, conversation, Cancellation),
            () => Conversations.RenameAsync(_ben, conversation, "stolen", Cancellation),
            () => Conversations.PinAsync(_ben, conversation, true, Cancellation),
            () => Conversations.ChooseModelAsync(_ben, conversation, "alpha", Cancellation),
            () => Conversations.ShowBranchAsync(_ben, conversation, question, Cancellation),
            () => Conversations.ShowAnswerAsync(_ben, conversation, analysis, Cancellation),
            () => Conversations.DeleteAsync(_ben, conversation, Cancellation),
            () => Conversations.RestoreAsync(_ben, conversation, Cancellation),
            () => Asking.AskAsync(_ben, new Ask { ConversationId = conversation, Text = "mine now?" }, Cancellation),
            () => Asking.AskAgainAsync(_ben, conversation, question, null, null, Cancellation),
            () => Analyses.GetAsync(_ben, analysis, Cancellation),
            () => Analyses.StopAsync(_ben, analysis, Cancellation),
            () => Analyses.RateAsync(_ben, analysis, true, null, Cancellation),
            () => Analyses.ReadAsync(_ben, analysis, 0, Cancellation).ToListAsync(Cancellation).AsTask(),
            () => Analyses.WatchAsync(_ben, analysis, TimeSpan.Zero, Cancellation).ToListAsync(Cancellation).AsTask(),
        ];
        foreach (Func<Task> attempt in attempts)
        {
            await Assert.ThrowsAsync<NotFoundException>(attempt);
        }

        Assert.Equal("mine", (await Conversations.GetAsync(_anna, conversation, Cancellation)).Title);
    }

    [Fact]
    public async Task A_picture_of_somebody_else_cant_be_attached_not_even_by_a_forgotten_check()
    {
        PictureView picture = await AddPictureAsync(_anna, seed: 1);
        await Assert.ThrowsAsync<NotFoundException>(() => Asking.AskAsync(_ben, new Ask { PictureId = picture.Id, Text = "give me" }, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Analyses.StartAsync(_ben, new AnalysisOrder(picture.Id, "give me"), Cancellation));

        await using SidaDb db = await Access.OpenToStoreAsync(_ben, Permissions.Analyze, Cancellation);
        db.Analyses.Add(Job(_ben, picture.Id));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task Saving_a_row_of_another_owner_is_refused_before_it_reaches_the_database()
    {
        PictureView picture = await AddPictureAsync(_anna, seed: 1);
        await using SidaDb db = await Access.OpenToStoreAsync(_ben, Permissions.Analyze, Cancellation);
        db.Analyses.Add(Job(_anna, picture.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task Feedback_is_kept_once_for_an_answer()
    {
        Asked asked = await AskAsync(_anna, "rate me", seed: 1);
        await Analyses.RateAsync(_anna, asked.AnalysisIds[0], true, null, Cancellation);
        await Analyses.RateAsync(_anna, asked.AnalysisIds[0], false, "the mask is on the wrong arm", Cancellation);
        AnalysisSnapshot answer = (await Conversations.GetAsync(_anna, asked.ConversationId, Cancellation)).Turns[0].Answer;
        Assert.Equal((false, "the mask is on the wrong arm"), (answer.Good, answer.FeedbackNote));
    }

    [Fact]
    public async Task People_are_named_and_listed_for_those_who_work_with_them()
    {
        PeopleDirectory people = server.Services.GetRequiredService<PeopleDirectory>();
        Caller zoe = (await SignedIn.AsAsync(server, SiteRole.Reviewer, "Zoë")).Caller;
        Caller viewer = (await SignedIn.AsAsync(server, SiteRole.Viewer, "Vera")).Caller;
        IReadOnlyDictionary<Guid, string> names = await people.NamesAsync([zoe.OwnerId, _anna.OwnerId], Cancellation);
        Assert.Equal("Zoë", Assert.Single(names).Value);
        PersonView found = Assert.Single(await people.ListAsync(zoe, Cancellation), person => person.OwnerId == zoe.OwnerId);
        Assert.Equal(("Zoë", SiteRole.Reviewer), (found.DisplayName, found.Role));
        await Assert.ThrowsAsync<ForbiddenException>(() => people.ListAsync(viewer, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => people.ListAsync(_anna, Cancellation));
    }

    [Fact]
    public async Task Two_accounts_cant_share_an_owner_or_an_address()
    {
        await using SidaDb db = Access.OpenForServer();
        Guid id = (await SignedIn.AsAsync(server, SiteRole.Viewer, "Uma")).Caller.AccountId!.Value;
        Account first = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == id, Cancellation);
        foreach ((Guid owner, string email) in new[] { (first.OwnerId, "OTHER@EXAMPLE.ORG"), (Guid.CreateVersion7(), first.NormalizedEmail!) })
        {
            await using SidaDb next = Access.OpenForServer();
            if (owner != first.OwnerId)
            {
                next.Owners.Add(new Owner { Id = owner, CreatedAt = DateTimeOffset.UnixEpoch });
            }

            next.Accounts.Add(new Account { Id = Guid.CreateVersion7(), OwnerId = owner, DisplayName = "Twin", Role = SiteRole.Viewer, CreatedAt = DateTimeOffset.UnixEpoch, NormalizedEmail = email });
            await Assert.ThrowsAsync<DbUpdateException>(() => next.SaveChangesAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Text_that_a_database_cant_keep_is_refused_with_a_reason()
    {
        PictureView picture = await AddPictureAsync(_anna, seed: 1);
        foreach (string text in new[] { "nul \0 inside", "half \ud83d of a smile" })
        {
            RequestException error = await Assert.ThrowsAsync<RequestException>(() => Asking.AskAsync(_anna, new Ask { PictureId = picture.Id, Text = text }, Cancellation));
            Assert.Contains("characters that are not text", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<Asked> AskAsync(Caller caller, string text, Guid? conversation = null, Guid? replaces = null, int? seed = null)
    {
        // Rows of the same moment would have no order.
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Guid? picture = seed is { } number ? (await AddPictureAsync(caller, number)).Id : null;
        Asked asked = await Asking.AskAsync(caller, new Ask { ConversationId = conversation, PictureId = picture, Text = text, Replaces = replaces }, Cancellation);
        await EndAsync(caller, asked.AnalysisIds[0]);
        return asked;
    }

    private async Task EndAsync(Caller caller, Guid analysis)
    {
        AnalysisMessage last = await Analyses.ReadAsync(caller, analysis, 0, Cancellation).LastAsync(Cancellation);
        Assert.IsType<FinishedMessage>(last);
    }

    private Task<PictureView> AddPictureAsync(Caller caller, int seed) =>
        server.Services.GetRequiredService<PictureService>().AddAsync(caller, new MemoryStream(SidaUser.Picture(seed)), $"picture{seed}.png", Cancellation);

    private Task SweepAsync() => server.Services.GetRequiredService<Retention>().SweepAsync(Cancellation);

    private static Analysis Job(Caller owner, Guid picture) => new()
    {
        Id = Guid.CreateVersion7(),
        OwnerId = owner.OwnerId,
        PictureId = picture,
        Model = "alpha",
        Prompt = "?",
        State = AnalysisState.Finished,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
