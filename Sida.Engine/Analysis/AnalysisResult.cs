using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>Softmax of the class logits; the three sum to 1.</summary>
/// <param name="Real">0..1.</param>
/// <param name="FullSynthetic">0..1.</param>
/// <param name="Tampered">0..1.</param>
public sealed record ClassProbabilities(float Real, float FullSynthetic, float Tampered)
{
    /// <summary>Softmax of three logits.</summary>
    public static ClassProbabilities FromLogits(IReadOnlyList<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Count, 3);
        double max = logits.Max();
        double[] exponents = [.. logits.Select(logit => Math.Exp(logit - max))];
        double sum = exponents.Sum();
        return new ClassProbabilities((float)(exponents[0] / sum), (float)(exponents[1] / sum), (float)(exponents[2] / sum));
    }
}

/// <summary>The picture that was analysed.</summary>
/// <param name="Sha256">Of the uploaded bytes, lower-case hexadecimal.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public sealed record AnalyzedImage(string Sha256, int Width, int Height);

/// <summary>The whole outcome of one analysis.</summary>
public sealed record AnalysisResult
{
    /// <summary>The picture.</summary>
    public required AnalyzedImage Image { get; init; }

    /// <summary>The user's question.</summary>
    public required string Prompt { get; init; }

    /// <summary>Token ids of the whole prompt, with -200 where the image goes.</summary>
    public required IReadOnlyList<int> PromptTokens { get; init; }

    /// <summary>Token ids of the answer, the end token included when there was one.</summary>
    public required IReadOnlyList<int> AnswerTokens { get; init; }

    /// <summary>The answer's tokens decoded as the official program decodes them, special tokens included.</summary>
    public required string RawText { get; init; }

    /// <summary>What a person should read.</summary>
    public required string Text { get; init; }

    /// <summary>Exactly what the official program prints for this case, after its <c>text_output:</c> label.</summary>
    public required string OfficialText { get; init; }

    /// <summary>The class of the last [CLS]; null when there is no [CLS] at all.</summary>
    public required Verdict? Verdict { get; init; }

    /// <summary>Three class logits per [CLS] of the prompt and the answer, in order.</summary>
    public required IReadOnlyList<IReadOnlyList<float>> ClassLogits { get; init; }

    /// <summary>Softmax of the last [CLS]'s logits; null when there is no [CLS].</summary>
    public required ClassProbabilities? Probabilities { get; init; }

    /// <summary>One mask per [SEG], in order, at the picture's size; only when the verdict is tampered.</summary>
    public required IReadOnlyList<BinaryMask> Masks { get; init; }

    /// <summary>Whether there is a mask; the official program claims one for every tampered picture.</summary>
    public bool MaskProduced => Masks.Count > 0;

    /// <summary>Whether the generated text names another class than the verdict.</summary>
    public required bool Contradiction { get; init; }

    /// <summary>Whether the token limit cut the answer.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Where the time went.</summary>
    public required AnalysisTimings Timings { get; init; }
}

/// <summary>Milliseconds of each step; null where a step did not happen or its result was cached.</summary>
public sealed record AnalysisTimings
{
    /// <summary>Reading and decoding the picture.</summary>
    public double? Decode { get; init; }

    /// <summary>Waiting in the language model's queue.</summary>
    public double? Queue { get; init; }

    /// <summary>CLIP preprocessing, tower and projector.</summary>
    public double? Vision { get; init; }

    /// <summary>Prefill of the prompt.</summary>
    public double? Prefill { get; init; }

    /// <summary>From the start to the verdict.</summary>
    public double? Verdict { get; init; }

    /// <summary>From the end of prefill to the last token.</summary>
    public double? Answer { get; init; }

    /// <summary>SAM preprocessing and encoder, overlapping the answer.</summary>
    public double? SamEncoder { get; init; }

    /// <summary>Fusion, mask decoder and resampling.</summary>
    public double? Masks { get; init; }

    /// <summary>From the start to the end.</summary>
    public double Total { get; init; }
}
