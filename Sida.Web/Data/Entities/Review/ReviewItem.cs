using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Review;

namespace Sida.Web.Data.Entities.Review;

/// <summary>One picture of a project. What is needed to filter and sort is kept in columns of its own, beside the annotations.</summary>
internal sealed class ReviewItem : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    /// <summary>Counts the project's items, from 1.</summary>
    public required int Number { get; init; }

    public required string Sha256 { get; init; }

    public required string FileName
    {
        get;
        init
        {
            field = value;
            FileNameSearch = SearchText.Of(value);
        }
    }

    public string FileNameSearch { get; private set; } = "";

    public required string Format { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string Source { get; init; }

    /// <summary>Names it at its source; null when nothing does.</summary>
    public string? SourceKey { get; init; }

    public string? ModelName { get; set; }

    public string? ModelHash { get; set; }

    public float? ProbabilityReal { get; set; }

    public float? ProbabilityFullSynthetic { get; set; }

    public float? ProbabilityTampered { get; set; }

    public Verdict? ModelVerdict { get; set; }

    /// <summary>Where the model's mask lies.</summary>
    public MaskPlace? ModelPlace { get; set; }

    /// <summary>The part of the picture that the model marked.</summary>
    public double? ModelMaskShare { get; set; }

    /// <summary>Whether its answer is known. Nothing that an annotator can see may depend on it.</summary>
    public required bool IsHoneypot { get; init; }

    /// <summary>0 certain .. 1 as doubtful as can be.</summary>
    public double Doubt { get; set; }

    /// <summary>How much annotators disagree, 0..1; null for fewer than two.</summary>
    public double? Disagreement { get; set; }

    public ItemState State { get; set; }

    /// <summary>How many more people may annotate it. A honeypot has always room.</summary>
    public required int OpenSlots { get; set; }

    /// <summary>The experts' verdict; null before the first submission.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The experts' verdict or else the model's: what filters look at.</summary>
    public Verdict? ShownVerdict { get; set; }

    /// <summary>Where the marked area lies.</summary>
    public MaskPlace? Place { get; set; }

    /// <summary>The marked part of the picture.</summary>
    public double? MaskShare { get; set; }

    /// <summary>Intersection over union of the experts' mask with the model's; null where nothing is marked in both.</summary>
    public double? ModelIou { get; set; }

    /// <summary>The experts' reasons.</summary>
    public List<string> Reasons { get; set; } = [];

    /// <summary>The line that was accepted.</summary>
    public Guid? DecidedLineId { get; set; }

    /// <summary>The version of that line that was accepted.</summary>
    public int? DecidedNumber { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Who decides just now.</summary>
    public Guid? Reviewer { get; set; }

    public DateTimeOffset? ReviewedUntil { get; set; }

    /// <summary>Comments that are not resolved.</summary>
    public int OpenComments { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>Changes with every change of the item or its lines: the database refuses the slower of two.</summary>
    public int Revision { get; set; }

    /// <summary>What the model said, as JSON; null when none was asked. Large, so it stands behind the small columns: SQLite reads a row from its beginning.</summary>
    public string? ModelAnnotation { get; set; }

    /// <summary>The known answer of a honeypot, as JSON.</summary>
    public string? Truth { get; init; }

    public ReviewProject? Project { get; init; }

    public List<AnnotationLine> Lines { get; } = [];

    public PictureRef Picture => new(Sha256, FileName, Format, Width, Height);

    public ClassProbabilities? Probabilities => ProbabilityReal is { } real && ProbabilityFullSynthetic is { } synthetic && ProbabilityTampered is { } tampered
        ? new ClassProbabilities(real, synthetic, tampered)
        : null;
}
