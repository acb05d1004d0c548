using Microsoft.Extensions.DependencyInjection;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Projects;
using Sida.Web.Review.Queue;

namespace Sida.Web.Tests.Web.Review;

/// <summary>A project with people of every role, and short words for what they do.</summary>
internal sealed class ReviewTeam
{
    public const int Width = 64;
    public const int Height = 48;

    private readonly SidaServer _server;
    private PictureRef? _picture;

    private ReviewTeam(SidaServer server) => _server = server;

    public Guid Project { get; private set; }

    public Caller Manager { get; private set; } = null!;

    public Caller Reviewer { get; private set; } = null!;

    public Caller Anna { get; private set; } = null!;

    public Caller Ben { get; private set; } = null!;

    public ProjectService Projects => Get<ProjectService>();

    public MemberService Members => Get<MemberService>();

    public ItemService Items => Get<ItemService>();

    public TakingService Taking => Get<TakingService>();

    public EditingService Editing => Get<EditingService>();

    public DecisionService Decisions => Get<DecisionService>();

    public CommentService Comments => Get<CommentService>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReviewTeam> MeetAsync(SidaServer server, ProjectSettings? settings = null)
    {
        ReviewTeam team = new(server)
        {
            Manager = await PersonAsync(server, SiteRole.Reviewer, "Mia"),
            Reviewer = await PersonAsync(server, SiteRole.Reviewer, "Rita"),
            Anna = await PersonAsync(server, SiteRole.Annotator, "Anna"),
            Ben = await PersonAsync(server, SiteRole.Annotator, "Ben"),
        };
        ProjectView project = await team.Projects.CreateAsync(team.Manager, new ProjectDraft("Herons", "# Look twice", ["pasted", "blurred"], settings), Cancellation);
        team.Project = project.Id;
        await team.Members.PutAsync(team.Manager, team.Project, team.Reviewer.OwnerId, ProjectRole.Reviewer, Cancellation);
        await team.Members.PutAsync(team.Manager, team.Project, team.Anna.OwnerId, ProjectRole.Annotator, Cancellation);
        await team.Members.PutAsync(team.Manager, team.Project, team.Ben.OwnerId, ProjectRole.Annotator, Cancellation);
        return team;
    }

    public static async Task<Caller> PersonAsync(SidaServer server, SiteRole role, string name) => (await SignedIn.AsAsync(server, role, name)).Caller;

    public T Get<T>()
        where T : notnull => _server.Services.GetRequiredService<T>();

    /// <summary>A mask whose first columns are marked.</summary>
    public static MaskCode Columns(int marked)
    {
        byte[] values = new byte[Width * Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (byte)(i % Width < marked ? 1 : 0);
        }

        return MaskCode.Of(new BinaryMask(Width, Height, values));
    }

    public static Annotation Tampered(int columns = 16, string text = "Type: {part tampered} Areas: <tampered position> the left edge") =>
        new() { Verdict = Verdict.Tampered, Certainty = Certainty.Sure, Mask = Columns(columns), Explanation = text };

    public static Annotation Real(string text = "Type: {real}") => new() { Verdict = Verdict.Real, Explanation = text };

    /// <summary>A stored picture that items can share.</summary>
    public async Task<PictureRef> PictureAsync(int seed = 1)
    {
        PictureView stored = await Get<PictureService>().AddAsync(Manager, new MemoryStream(SidaUser.Picture(seed, Width, Height)), $"heron{seed}.png", Cancellation);
        return new PictureRef(stored.Sha256, stored.FileName, stored.Format, stored.Width, stored.Height);
    }

    /// <summary>An item that a model is so sure of; the less, the sooner it comes.</summary>
    public async Task<NewItem> ItemAsync(float sure = 0.9f, Annotation? model = null, Annotation? truth = null, string? name = null)
    {
        _picture ??= await PictureAsync();
        float rest = (1 - sure) / 2;
        Annotation said = model ?? Tampered();
        ClassProbabilities belief = said.Verdict == Verdict.Real ? new ClassProbabilities(sure, rest, rest) : new ClassProbabilities(rest, rest, sure);
        return new NewItem(_picture with { FileName = name ?? _picture.FileName }, said, "alpha", new string('a', 64), belief, truth, "test");
    }

    /// <summary>Adds items and tells their ids in order.</summary>
    public async Task<List<Guid>> AddAsync(params NewItem[] items)
    {
        int known = (await Items.ListAsync(Manager, Project, new ItemQuery { Take = 1 }, Cancellation)).Total;
        Assert.Equal(items.Length, await Items.AddAsync(Manager, Project, items.ToAsyncEnumerable(), Cancellation));
        ItemPage page = await Items.ListAsync(Manager, Project, new ItemQuery { Sort = ItemSort.Number, Skip = known, Take = 200 }, Cancellation);
        return [.. page.Items.Select(item => item.Id)];
    }

    /// <summary>Adds one item, in which the model marked the first 16 columns.</summary>
    public async Task<Guid> AddAsync() => (await AddAsync(await ItemAsync()))[0];

    public async Task SubmitAsync(Caller who, Guid item, Annotation? annotation = null)
    {
        ItemView view = await Taking.TakeAsync(who, item, Cancellation);
        await Editing.SubmitAsync(who, item, annotation, view.Latest, Cancellation);
    }

    public Task<ItemView> SeeAsync(Caller who, Guid item, Guid? line = null) => Items.GetAsync(who, item, line, Cancellation);

    public async Task<ItemState> StateAsync(Caller who, Guid item) => (await SeeAsync(who, item)).State;
}
