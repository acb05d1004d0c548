using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Queue;

/// <summary>
/// How much an item is worth an expert's look. By margin sampling (the distance between the two likeliest classes), and more where the
/// model contradicts itself: its text names another class, or verdict and mask don't fit.
/// </summary>
internal static class Doubt
{
    /// <summary>What is left of the margin when the model contradicts itself.</summary>
    private const double ContradictionFactor = 0.25;

    /// <summary>0 certain .. 1 as doubtful as can be; 1 where no model was asked.</summary>
    public static double Of(Annotation? model, ClassProbabilities? probabilities)
    {
        if (model?.Verdict is not { } verdict)
        {
            return 1;
        }

        double margin = 0;
        if (probabilities is not null)
        {
            double[] sorted = [.. new double[] { probabilities.Real, probabilities.FullSynthetic, probabilities.Tampered }.OrderDescending()];
            margin = Math.Clamp(sorted[0] - sorted[1], 0, 1);
        }

        bool contradicts = (verdict == Verdict.Tampered) != (model.Mask is not null) || ClassStatement.FindContradiction(model.Explanation, verdict) is not null;
        return 1 - (margin * (contradicts ? ContradictionFactor : 1));
    }
}
