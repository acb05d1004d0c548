using Sida.Engine;
using Sida.Engine.Analysis;

namespace Sida.Web.Components.Shared;

/// <summary>How sure a model is of its verdict, before any number.</summary>
/// <param name="Level">The step.</param>
/// <param name="RunnerUp">The class that comes next.</param>
internal sealed record Certainty(CertaintyLevel Level, Verdict RunnerUp)
{
    /// <summary>The probability from which on a verdict is called very sure; a softmax output, not a measured frequency.</summary>
    public const float VerySure = 0.9f;

    /// <summary>The probability from which on it is called fairly sure.</summary>
    public const float FairlySure = 0.65f;

    public static Certainty Of(ClassProbabilities probabilities)
    {
        (Verdict Verdict, float Probability)[] ranked = [.. VerdictLook.All(probabilities).OrderByDescending(one => one.Probability)];
        CertaintyLevel level = ranked[0].Probability switch
        {
            >= VerySure => CertaintyLevel.VerySure,
            >= FairlySure => CertaintyLevel.FairlySure,
            _ => CertaintyLevel.Unsure,
        };
        return new Certainty(level, ranked[1].Verdict);
    }
}

/// <summary>Steps of certainty.</summary>
internal enum CertaintyLevel
{
    Unsure,
    FairlySure,
    VerySure,
}
