using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Queue;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Who gets which item, the same on every database.</summary>
public abstract class QueueTests(SidaServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_most_doubtful_comes_first_and_contradictions_before_what_the_model_is_sure_of()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        List<Guid> ids = await team.AddAsync(
            await team.ItemAsync(0.99f), await team.ItemAsync(0.4f), await team.ItemAsync(0.9f), await team.ItemAsync(0.99f, ReviewTeam.Real() with { Mask = ReviewTeam.Columns(3) }));
        ItemPage page = await team.Items.ListAsync(team.Anna, team.Project, new ItemQuery(), Cancellation);
        Assert.Equal([ids[1], ids[3], ids[2], ids[0]], page.Items.Select(item => item.Id));
        Assert.Equal(ids[1], await team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, null, Cancellation));
        Assert.Equal(ids[3], await team.Taking.TakeNextAsync(team.Ben, team.Project, WorkKind.Annotate, null, Cancellation));
        Assert.Equal(ids[1], await team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, null, Cancellation));
        Assert.Equal(ids[2], await team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, ids[1], Cancellation));
    }

    [Fact]
    public async Task What_somebody_has_taken_nobody_else_can_take_until_it_expires()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { ReservationMinutes = 10 });
        Guid item = await team.AddAsync();
        ItemView mine = await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        Assert.Equal((true, "Anna", ItemState.InWork), (mine.IsMine, mine.HeldBy, mine.State));
        ConflictException error = await Assert.ThrowsAsync<ConflictException>(() => team.Taking.TakeAsync(team.Ben, item, Cancellation));
        Assert.StartsWith("Anna took this item; it is reserved until ", error.Message, StringComparison.Ordinal);
        Assert.Null(await team.Taking.TakeNextAsync(team.Ben, team.Project, WorkKind.Annotate, null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => team.SeeAsync(team.Ben, item));

        server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(item, await team.Taking.TakeNextAsync(team.Ben, team.Project, WorkKind.Annotate, null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => team.SeeAsync(team.Anna, item));
    }

    [Fact]
    public async Task A_save_keeps_the_reservation_and_what_was_saved_before_it_expired_is_not_lost()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { ReservationMinutes = 10 });
        Guid item = await team.AddAsync();
        await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        server.Clock.Advance(TimeSpan.FromMinutes(8));
        await team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(20), 0, draft: true, null, Cancellation);
        server.Clock.Advance(TimeSpan.FromMinutes(8));
        await Assert.ThrowsAsync<ConflictException>(() => team.Taking.TakeAsync(team.Ben, item, Cancellation));

        server.Clock.Advance(TimeSpan.FromMinutes(11));
        ItemView fresh = await team.Taking.TakeAsync(team.Ben, item, Cancellation);
        Assert.Equal(0, fresh.Latest);
        ConflictException error = await Assert.ThrowsAsync<ConflictException>(() => team.Editing.SaveAsync(team.Anna, item, ReviewTeam.Tampered(21), 1, draft: true, null, Cancellation));
        Assert.Contains("Ben took this item", error.Message, StringComparison.Ordinal);
        await team.Taking.ReleaseAsync(team.Ben, item, Cancellation);
        ItemView again = await team.Taking.TakeAsync(team.Anna, item, Cancellation);
        Assert.Equal(ReviewTeam.Columns(20), again.Current!.Annotation.Mask);
    }

    [Fact]
    public async Task Of_many_who_want_one_item_at_once_one_gets_it()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        Guid item = await team.AddAsync();
        Caller[] people = [team.Anna, team.Ben, team.Reviewer, team.Manager];
        Task<object>[] attempts = [.. people.Select(who => Task.Run(async () =>
        {
            try
            {
                return (object)await team.Taking.TakeAsync(who, item, Cancellation);
            }
            catch (ConflictException error)
            {
                return error;
            }
        }))];
        object[] outcomes = await Task.WhenAll(attempts);
        ItemView winner = Assert.Single(outcomes.OfType<ItemView>());
        Assert.All(outcomes.OfType<ConflictException>(), error => Assert.StartsWith($"{winner.HeldBy} took this item", error.Message, StringComparison.Ordinal));
        Assert.Single((await team.SeeAsync(team.Manager, item)).Lines);
    }

    [Fact]
    public async Task Filters_find_by_state_verdict_doubt_area_name_and_annotator()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        List<Guid> ids = await team.AddAsync(
            await team.ItemAsync(0.9f, name: "Grüner Reiher.png"), await team.ItemAsync(0.5f, ReviewTeam.Real(), name: "100%_sure.png"), await team.ItemAsync(0.8f, ReviewTeam.Tampered(64)));
        await team.SubmitAsync(team.Anna, ids[2]);

        Assert.Equal([ids[2]], await FindAsync(new ItemQuery { State = ItemState.Submitted }));
        Assert.Equal([ids[1], ids[0]], await FindAsync(new ItemQuery { State = ItemState.New }));
        Assert.Equal([ids[1]], await FindAsync(new ItemQuery { Verdict = Verdict.Real }));
        Assert.Equal([ids[1]], await FindAsync(new ItemQuery { MinDoubt = 0.6 }));
        Assert.Equal([ids[0]], await FindAsync(new ItemQuery { Area = MaskPlace.Left }));
        Assert.Equal([ids[2]], await FindAsync(new ItemQuery { Area = MaskPlace.Centre }));
        Assert.Equal([ids[0]], await FindAsync(new ItemQuery { Search = "GRÜNER" }));
        Assert.Equal([ids[1]], await FindAsync(new ItemQuery { Search = "%_" }));
        Assert.Equal([ids[2]], await FindAsync(new ItemQuery { Annotator = team.Anna.OwnerId }));
        Assert.Empty(await FindAsync(new ItemQuery { Annotator = team.Ben.OwnerId }));
        Assert.Equal(ids, await FindAsync(new ItemQuery { Sort = ItemSort.Number }));
        Assert.Equal([ids[1], ids[0], ids[2]], await FindAsync(new ItemQuery { Sort = ItemSort.Name }));
        Assert.Equal(ids[2], (await FindAsync(new ItemQuery { Sort = ItemSort.Changed }))[0]);
        Assert.Equal(ids[2], (await FindAsync(new ItemQuery { Sort = ItemSort.Changed }, team.Anna))[0]);
        Assert.Equal([ids[2]], await FindAsync(new ItemQuery { State = ItemState.Submitted }, team.Anna));
        Assert.Equal([ids[1], ids[0]], await FindAsync(new ItemQuery { State = ItemState.New }, team.Anna));
        Assert.Equal([ids[1], ids[0]], await FindAsync(new ItemQuery(), team.Ben));
        Assert.Equal(2, (await team.Projects.GetAsync(team.Ben, team.Project, Cancellation)).Counts[ItemState.New]);
        Assert.Equal(1, (await team.Projects.GetAsync(team.Anna, team.Project, Cancellation)).Counts[ItemState.Submitted]);

        async Task<IEnumerable<Guid>> ListAsync(ItemQuery query, Caller who) => (await team.Items.ListAsync(who, team.Project, query, Cancellation)).Items.Select(item => item.Id);
        async Task<List<Guid>> FindAsync(ItemQuery query, Caller? who = null) => [.. await ListAsync(query, who ?? team.Manager)];
    }

    [Fact]
    public async Task Pages_follow_each_other_and_a_page_has_a_limit()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        NewItem one = await team.ItemAsync();
        Assert.Equal(450, await team.Items.AddAsync(team.Manager, team.Project, Enumerable.Range(0, 450).Select(i => one with { SourceKey = $"{i}" }).ToAsyncEnumerable(), Cancellation));
        Assert.Equal(0, await team.Items.AddAsync(team.Manager, team.Project, Enumerable.Range(0, 450).Select(i => one with { SourceKey = $"{i}" }).ToAsyncEnumerable(), Cancellation));
        List<int> numbers = [];
        for (int skip = 0; skip < 450; skip += 200)
        {
            ItemPage page = await team.Items.ListAsync(team.Anna, team.Project, new ItemQuery { Sort = ItemSort.Number, Skip = skip, Take = 100_000 }, Cancellation);
            Assert.Equal(450, page.Total);
            Assert.True(page.Items.Count <= ItemQuery.MaxTake);
            numbers.AddRange(page.Items.Select(item => item.Number));
        }

        Assert.Equal(Enumerable.Range(1, 450), numbers);
    }

    [Fact]
    public async Task Ten_thousand_items_are_paged_and_filtered_with_a_handful_of_queries()
    {
        const int Count = 10_000;
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        NewItem one = await team.ItemAsync();
        await team.Items.AddAsync(team.Manager, team.Project, Enumerable.Range(0, Count).Select(i => one with { Picture = one.Picture with { FileName = $"{i:D5}.png" } }).ToAsyncEnumerable(), Cancellation);
        ItemQuery[] queries =
        [
            new(), new() { Skip = Count - 10 }, new() { Search = "777", Sort = ItemSort.Name }, new() { State = ItemState.New, Verdict = Verdict.Tampered, Take = 200 }, new() { Area = MaskPlace.Left, Sort = ItemSort.Changed },
        ];
        foreach (Caller who in new[] { team.Manager, team.Anna })
        {
            foreach (ItemQuery query in queries)
            {
                ItemPage? page = null;
                int commands = await QueryCount.OfAsync(async () => page = await team.Items.ListAsync(who, team.Project, query, Cancellation));
                Assert.InRange(commands, 1, 8);
                Assert.Equal(query.Search.Length > 0 ? 19 : Count, page!.Total);
                Assert.Equal(Math.Min(page.Total - query.Skip, query.Take), page.Items.Count);
            }
        }

        Assert.InRange(await QueryCount.OfAsync(() => team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, null, Cancellation)), 1, 15);
    }

    [Fact]
    public async Task A_manager_hands_items_out_and_takes_them_back()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(0.9f), await team.ItemAsync(0.8f), await team.ItemAsync(0.7f));
        await team.SubmitAsync(team.Ben, ids[2]);
        Assigned given = await team.Taking.AssignAsync(team.Manager, team.Project, ids, team.Anna.OwnerId, Cancellation);
        Assert.Equal(2, given.Count);
        Assert.Equal((ids[2], "Ben works on it or has handed it in."), (Assert.Single(given.Left).ItemId, given.Left[0].Why));
        Assert.Null(await team.Taking.TakeNextAsync(team.Ben, team.Project, WorkKind.Annotate, null, Cancellation));
        Assert.Equal(ids[1], await team.Taking.TakeNextAsync(team.Anna, team.Project, WorkKind.Annotate, null, Cancellation));
        server.Clock.Advance(TimeSpan.FromDays(2));
        await Assert.ThrowsAsync<ConflictException>(() => team.Taking.TakeAsync(team.Ben, ids[1], Cancellation));

        Assert.Equal(1, (await team.Taking.AssignAsync(team.Manager, team.Project, [ids[0]], null, Cancellation)).Count);
        Assert.Equal(ids[0], await team.Taking.TakeNextAsync(team.Ben, team.Project, WorkKind.Annotate, null, Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.Taking.AssignAsync(team.Reviewer, team.Project, ids, team.Anna.OwnerId, Cancellation));
        await Assert.ThrowsAsync<RequestException>(() => team.Taking.AssignAsync(team.Manager, team.Project, ids, Guid.NewGuid(), Cancellation));
    }

    [Fact]
    public async Task What_experts_disagree_about_comes_before_what_only_the_model_doubts()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server, new ProjectSettings { Overlap = 3 });
        List<Guid> ids = await team.AddAsync(await team.ItemAsync(0.5f), await team.ItemAsync(0.9f), await team.ItemAsync(0.95f));
        foreach (Guid item in ids.Skip(1))
        {
            await team.SubmitAsync(team.Anna, item, ReviewTeam.Tampered());
        }

        await team.SubmitAsync(team.Ben, ids[1], ReviewTeam.Tampered());
        await team.SubmitAsync(team.Ben, ids[2], ReviewTeam.Real());
        List<Guid?> order = [];
        for (int i = 0; i < ids.Count; i++)
        {
            order.Add(await team.Taking.TakeNextAsync(team.Reviewer, team.Project, WorkKind.Annotate, null, Cancellation));
            await team.SubmitAsync(team.Reviewer, order[i]!.Value, ReviewTeam.Tampered());
        }

        Assert.Equal([ids[2], ids[0], ids[1]], order);
        // What others did shows in no number that an annotator sees.
        Assert.Equal([0.75, 0.15, 0.075], (await team.Items.ListAsync(team.Manager, team.Project, new ItemQuery { Sort = ItemSort.Number }, Cancellation)).Items.Select(item => Math.Round(item.Doubt, 3)));
    }

    [Fact]
    public async Task An_answer_of_the_chat_becomes_an_item_with_what_the_model_said()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        (Guid picture, Guid analysis) = await Chat.AskAsync(server, team.Anna);
        Guid item = await team.Items.AddFromAnalysisAsync(team.Anna, team.Project, analysis, Cancellation);
        ItemView view = await team.SeeAsync(team.Anna, item);
        Assert.Equal((Verdict.Tampered, "The left sleeve was altered.", "alpha"), (view.Model!.Verdict!.Value, view.Model.Explanation, view.ModelName));
        Assert.Equal(768, view.Model.Mask!.ToMask().ForegroundPixels);
        Assert.Equal(item, await team.Items.AddFromAnalysisAsync(team.Anna, team.Project, analysis, Cancellation));
        Guid plain = await team.Items.AddFromPictureAsync(team.Anna, team.Project, picture, Cancellation);
        Assert.Null((await team.SeeAsync(team.Anna, plain)).Model);
        await Assert.ThrowsAsync<NotFoundException>(() => team.Items.AddFromAnalysisAsync(team.Ben, team.Project, analysis, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => team.Items.AddFromPictureAsync(team.Ben, team.Project, picture, Cancellation));
    }

    [Fact]
    public async Task Retention_keeps_the_pictures_of_items()
    {
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        (Guid picture, _) = await Chat.AskAsync(server, team.Anna, seed: 977);
        Guid item = await team.Items.AddFromPictureAsync(team.Anna, team.Project, picture, Cancellation);
        string sha256 = (await team.SeeAsync(team.Anna, item)).Picture.Sha256;
        await Chat.ForgetAsync(server, team.Anna);
        server.Clock.Advance(TimeSpan.FromDays(3));
        await team.Get<Sida.Web.Conversations.Retention>().SweepAsync(Cancellation);
        Assert.True(team.Get<Sida.Web.Pictures.PictureStore>().Contains(sha256));
    }
}
