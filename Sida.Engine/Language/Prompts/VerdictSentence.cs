namespace Sida.Engine.Language.Prompts;

/// <summary>The official sentences for people: without tokens, and without the promise of a mask where there is none.</summary>
public static class VerdictSentence
{
    /// <summary>A sentence or two that state the verdict; for answers whose own text is empty or meaningless.</summary>
    /// <param name="verdict">The class.</param>
    /// <param name="maskProduced">Whether a mask comes with it.</param>
    public static string For(Verdict verdict, bool maskProduced) => verdict switch
    {
        Verdict.Real => "This image is classified as real. It shows no signs of tampering or synthesis.",
        Verdict.FullSynthetic => "This image is classified as full synthetic. It appears entirely artificially generated.",
        _ when maskProduced => "This image is classified as tampered. It has been altered. A mask highlighting the tampered region is provided.",
        _ => "This image is classified as tampered. It has been altered. The model did not mark a region.",
    };
}
