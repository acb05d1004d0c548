namespace Sida.Engine.Evaluation;

/// <summary>The true answers of the official training conversations, which the paper's protocol puts into the input.</summary>
internal static class ForcedAnswer
{
    public static string For(Verdict label) => label switch
    {
        Verdict.Real => "[CLS] The image is real",
        Verdict.FullSynthetic => "[CLS] The image is full synthetic",
        Verdict.Tampered => "[CLS] The image is tampered [SEG]",
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, "No answer for this class."),
    };
}
