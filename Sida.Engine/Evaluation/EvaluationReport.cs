using Sida.Engine.Analysis;

namespace Sida.Engine.Evaluation;

/// <summary>What an evaluation found. Means over pictures carry 95 % intervals.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the package's manifest.</summary>
    public required string ModelHash { get; init; }

    /// <summary>The set's folder name.</summary>
    public required string Set { get; init; }

    /// <summary>The split.</summary>
    public required string Split { get; init; }

    /// <summary>What the model was given.</summary>
    public required EvaluationProtocol Protocol { get; init; }

    /// <summary>The question.</summary>
    public required string Prompt { get; init; }

    /// <summary>Verdicts.</summary>
    public required VerdictMetrics Verdicts { get; init; }

    /// <summary>Masks of tampered pictures; null when the set has none.</summary>
    public required MaskMetrics? Masks { get; init; }

    /// <summary>Verdicts and masks of each manipulation or generator, where the set names them.</summary>
    public required IReadOnlyList<KindMetrics> Kinds { get; init; }

    /// <summary>Median milliseconds from the picture to the verdict.</summary>
    public required double? MedianVerdictMilliseconds { get; init; }

    /// <summary>Pictures that could not be evaluated.</summary>
    public required IReadOnlyList<PictureFailure> Failures { get; init; }

    /// <summary>Files of the set that were not taken.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>Every picture.</summary>
    public required IReadOnlyList<PictureOutcome> Pictures { get; init; }

    internal static EvaluationReport Of(
        AnalysisEngine engine, SidSet set, EvaluationOptions options, IReadOnlyList<PictureOutcome> outcomes, IReadOnlyList<PictureFailure> failures)
    {
        double[] times = [.. outcomes.Select(outcome => outcome.VerdictMilliseconds).OfType<double>().Order()];
        return new EvaluationReport
        {
            Model = engine.Package.Manifest.Name,
            ModelHash = engine.Package.Hash,
            Set = set.Name,
            Split = set.Split,
            Protocol = options.Protocol,
            Prompt = options.Prompt,
            Verdicts = VerdictMetrics.Of(outcomes),
            Masks = MaskMetrics.Of(outcomes),
            Kinds = KindMetrics.Of(outcomes),
            MedianVerdictMilliseconds = times.Length > 0 ? times[times.Length / 2] : null,
            Failures = failures,
            LeftOut = set.LeftOut,
            Pictures = outcomes,
        };
    }
}
