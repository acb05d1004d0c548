using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Web.Review;

/// <summary>Which items, in which order.</summary>
public sealed record ItemQuery
{
    /// <summary>The longest page.</summary>
    public const int MaxTake = 200;

    public ItemState? State { get; init; }

    /// <summary>The current verdict: the expert's where there is one, else the model's.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>At least so doubtful, 0..1.</summary>
    public double? MinDoubt { get; init; }

    /// <summary>Annotators disagree at least so much, 0..1; for reviewers.</summary>
    public double? MinDisagreement { get; init; }

    /// <summary>Whose items; for reviewers, an annotator sees only their own and free ones anyway.</summary>
    public Guid? Annotator { get; init; }

    /// <summary>In which ninth of the picture the marked area lies.</summary>
    public MaskPlace? Area { get; init; }

    /// <summary>Part of the file name.</summary>
    public string Search { get; init; } = "";

    public ItemSort Sort { get; init; }

    public int Skip { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>Orders of the queue.</summary>
public enum ItemSort
{
    /// <summary>The most doubtful first.</summary>
    Doubt,

    /// <summary>Where annotators disagree most first; then the most doubtful.</summary>
    Disagreement,

    /// <summary>As they were added.</summary>
    Number,

    /// <summary>What changed last first.</summary>
    Changed,

    /// <summary>By file name.</summary>
    Name,
}

/// <summary>A page of the queue.</summary>
/// <param name="Items">The items.</param>
/// <param name="Total">How many there are on all pages.</param>
public sealed record ItemPage(IReadOnlyList<ItemSummary> Items, int Total);

/// <summary>An item in the queue. What a caller may not know is null, the same for every item.</summary>
public sealed record ItemSummary
{
    public required Guid Id { get; init; }

    /// <summary>Counts the project's items, from 1.</summary>
    public required int Number { get; init; }

    public required string FileName { get; init; }

    /// <summary>For an annotator: of their own annotation.</summary>
    public required ItemState State { get; init; }

    public required string ThumbnailUrl { get; init; }

    public Verdict? ModelVerdict { get; init; }

    /// <summary>The expert's verdict, as far as the caller may know.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>0 certain .. 1 as doubtful as can be.</summary>
    public required double Doubt { get; init; }

    /// <summary>How much annotators disagree, 0..1; null for fewer than two and for annotators.</summary>
    public double? Disagreement { get; init; }

    /// <summary>Where the marked area lies.</summary>
    public MaskPlace? Area { get; init; }

    /// <summary>The marked part of the picture, 0..1.</summary>
    public double? MaskShare { get; init; }

    /// <summary>Who annotates; for an annotator nobody but themselves.</summary>
    public IReadOnlyList<string> Annotators { get; init; } = [];

    /// <summary>Until when it is reserved; null when it is not.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Comments that are not resolved.</summary>
    public int OpenComments { get; init; }

    /// <summary>Whether its answer is known; told to managers only, null for everybody else.</summary>
    public bool? IsHoneypot { get; init; }

    /// <summary>For an annotator: when they changed it.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>An item with everything that its editor shows. What a caller may not know is null or empty, the same for every item.</summary>
public sealed record ItemView
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required int Number { get; init; }

    /// <summary>For an annotator: of their own annotation.</summary>
    public required ItemState State { get; init; }

    public required PictureRef Picture { get; init; }

    /// <summary>The picture, upright, in its own size.</summary>
    public required string PictureUrl { get; init; }

    /// <summary>What the caller is in the project.</summary>
    public required ProjectRole Role { get; init; }

    /// <summary>What the model said; null when none was asked.</summary>
    public Annotation? Model { get; init; }

    public string? ModelName { get; init; }

    public ClassProbabilities? Probabilities { get; init; }

    /// <summary>The latest version of the line that is shown; null when there is none yet and the model's annotation is where to begin.</summary>
    public VersionView? Current { get; init; }

    /// <summary>The number to base the next save on: the latest version's, or 0.</summary>
    public int Latest { get; init; }

    /// <summary>Each annotator's line of versions; for an annotator only their own.</summary>
    public IReadOnlyList<LineView> Lines { get; init; } = [];

    /// <summary>The line that is shown in <see cref="Current"/>; null when there is none yet.</summary>
    public Guid? LineId { get; init; }

    /// <summary>Who has it reserved; null when nobody has.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Whether that is the caller.</summary>
    public bool IsMine { get; init; }

    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Why it was returned.</summary>
    public string? ReturnReason { get; init; }

    /// <summary>What may be done with it now by the caller.</summary>
    public required ItemActions Can { get; init; }

    /// <summary>Whether its answer is known; told to managers only, null for everybody else.</summary>
    public bool? IsHoneypot { get; init; }

    /// <summary>The project's guidelines, Markdown.</summary>
    public required string Guidelines { get; init; }

    /// <summary>The reasons that the editor offers.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<CommentView> Comments { get; init; } = [];
}

/// <summary>What somebody may do with an item at this moment.</summary>
/// <param name="Take">Reserve it.</param>
/// <param name="Edit">Save versions.</param>
/// <param name="Submit">Hand it in.</param>
/// <param name="Decide">Accept or return it.</param>
public sealed record ItemActions(bool Take, bool Edit, bool Submit, bool Decide);

/// <summary>One person's annotation of an item.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Annotator">Whose it is.</param>
/// <param name="AnnotatorName">As they are called.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Latest">Its latest version's number; 0 for none.</param>
/// <param name="Verdict">The latest version's verdict.</param>
/// <param name="IsDecided">Whether it is the one that was accepted.</param>
public sealed record LineView(Guid Id, Guid Annotator, string AnnotatorName, ItemState State, int Latest, Verdict? Verdict, bool IsDecided);
