using Sida.Engine;
using Sida.Engine.Analysis;

namespace Sida.Web.Components.Shared;

/// <summary>How verdicts are told: always a word, a colour and a shape.</summary>
internal static class VerdictLook
{
    /// <summary>The class that style sheets know.</summary>
    public static string Style(Verdict? verdict) => verdict switch
    {
        Verdict.Real => "real",
        Verdict.FullSynthetic => "synthetic",
        Verdict.Tampered => "tampered",
        _ => "none",
    };

    /// <summary>The word.</summary>
    public static string Word(Verdict? verdict) => verdict switch
    {
        Verdict.Real => "Real",
        Verdict.FullSynthetic => "Fully synthetic",
        Verdict.Tampered => "Tampered",
        _ => "No verdict",
    };

    /// <summary>The three classes in the order in which they are shown.</summary>
    public static IReadOnlyList<(Verdict Verdict, float Probability)> All(ClassProbabilities probabilities) =>
        [(Verdict.Real, probabilities.Real), (Verdict.FullSynthetic, probabilities.FullSynthetic), (Verdict.Tampered, probabilities.Tampered)];
}
