namespace Sida.Engine.Evaluation;

/// <summary>What came out for one picture.</summary>
public sealed record PictureOutcome
{
    /// <summary>Class folder and file name.</summary>
    public required string File { get; init; }

    /// <summary>What the picture is.</summary>
    public required Verdict Label { get; init; }

    /// <summary>What the model said; null when its answer had no [CLS].</summary>
    public required Verdict? Verdict { get; init; }

    /// <summary>Real, fully synthetic, tampered; sums to 1. Thirds without a verdict.</summary>
    public required IReadOnlyList<float> Probabilities { get; init; }

    /// <summary>How it was made, where the set says so.</summary>
    public string? Kind { get; init; }

    /// <summary>Which photograph it was made from; the file itself where the set doesn't say.</summary>
    public required string Origin { get; init; }

    /// <summary>Prediction against truth at the picture's own size; only for tampered pictures. Without a predicted mask it is an empty one.</summary>
    public MaskCounts? Mask { get; init; }

    /// <summary>Area under the pixels' ROC curve; one half without a predicted mask.</summary>
    public double? PixelAuc { get; init; }

    /// <summary>Share of a picture that is not tampered which was marked all the same; null for tampered ones.</summary>
    public double? FalselyMarked { get; init; }

    /// <summary>Milliseconds to the verdict.</summary>
    public double? VerdictMilliseconds { get; init; }
}

/// <summary>A picture that could not be evaluated.</summary>
/// <param name="File">Class folder and file name.</param>
/// <param name="Reason">Why.</param>
public sealed record PictureFailure(string File, string Reason);
