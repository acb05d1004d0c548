namespace Sida.Web.Data.Entities.Review;

/// <summary>How two people's annotations of the same item meet, measured when the later one was handed in.</summary>
internal sealed class LineComparison : IProjectRow
{
    public required Guid ProjectId { get; init; }

    public required Guid ItemId { get; init; }

    /// <summary>The line with the smaller id.</summary>
    public required Guid First { get; init; }

    public required Guid Second { get; init; }

    /// <summary>Whose the first is.</summary>
    public required Guid FirstPerson { get; init; }

    public required Guid SecondPerson { get; init; }

    public required DateTimeOffset At { get; set; }

    public required bool SameVerdict { get; set; }

    /// <summary>Intersection over union of the masks; null when nobody marked anything.</summary>
    public double? Iou { get; set; }

    /// <summary>Twice the intersection over the sum of the masks; null when nobody marked anything.</summary>
    public double? Dice { get; set; }

    /// <summary>1 - edit distance / length of the longer, by field of the explanation, as JSON.</summary>
    public required string Text { get; set; }

    /// <summary>The same for the whole explanation.</summary>
    public required double TextSimilarity { get; set; }

    public ReviewItem? Item { get; init; }
}
