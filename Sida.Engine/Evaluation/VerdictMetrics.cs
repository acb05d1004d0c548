namespace Sida.Engine.Evaluation;

/// <summary>How good the verdicts are.</summary>
public sealed record VerdictMetrics
{
    /// <summary>Share of right verdicts; a missing verdict is wrong.</summary>
    public Estimate? Accuracy { get; init; }

    /// <summary>Mean of the classes' F1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean of the classes' ROC-AUC, one against the rest; null when a class is missing.</summary>
    public double? MacroAuc { get; init; }

    /// <summary>[true][predicted], in the order of <see cref="Verdict"/>; missing verdicts are in no column.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Pictures without a verdict.</summary>
    public required int WithoutVerdict { get; init; }

    /// <summary>Each class against the rest.</summary>
    public required IReadOnlyList<ClassMetrics> Classes { get; init; }

    /// <summary>Measures outcomes.</summary>
    public static VerdictMetrics Of(IReadOnlyList<PictureOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        Verdict[] labels = Enum.GetValues<Verdict>();
        int[][] confusion = [.. labels.Select(label => labels.Select(said => outcomes.Count(o => o.Label == label && o.Verdict == said)).ToArray())];
        ClassMetrics[] classes = [.. labels.Select(label => ClassMetrics.Of(label, outcomes))];
        return new VerdictMetrics
        {
            Accuracy = Estimate.Of(outcomes.Select(o => (o.Verdict == o.Label ? 1.0 : 0.0, o.Origin))),
            MacroF1 = classes.Average(one => one.F1),
            MacroAuc = classes.All(one => one.Auc is not null) ? classes.Average(one => one.Auc) : null,
            Confusion = confusion,
            WithoutVerdict = outcomes.Count(o => o.Verdict is null),
            Classes = classes,
        };
    }
}

/// <summary>One class against the rest.</summary>
/// <param name="Class">The class.</param>
/// <param name="Precision">Share of the pictures called so that are so; 0 when none was called so.</param>
/// <param name="F1">Harmonic mean of both; 0 where it is undefined.</param>
/// <param name="Recall">Share of the pictures that are so which were called so, with its interval; null when there are none.</param>
/// <param name="Auc">ROC-AUC of the class's probability; null when there are no such pictures or no others.</param>
public sealed record ClassMetrics(Verdict Class, double Precision, double F1, Estimate? Recall = null, double? Auc = null)
{
    internal static ClassMetrics Of(Verdict label, IReadOnlyList<PictureOutcome> outcomes)
    {
        int hits = outcomes.Count(o => o.Label == label && o.Verdict == label);
        int said = outcomes.Count(o => o.Verdict == label);
        int there = outcomes.Count(o => o.Label == label);
        return new ClassMetrics(
            label,
            said == 0 ? 0 : (double)hits / said,
            said + there == 0 ? 0 : 2.0 * hits / (said + there),
            Estimate.Of(outcomes.Where(o => o.Label == label).Select(o => (o.Verdict == label ? 1.0 : 0.0, o.Origin))),
            RankAuc.SortAndCompute([.. outcomes.Select(o => o.Probabilities[(int)label])], [.. outcomes.Select(o => o.Label == label ? (byte)1 : (byte)0)]));
    }
}
