using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>One step of an analysis. The web app, the hub, the HTTP API and the command line listen to the same stream.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
public abstract record AnalysisEvent(double Milliseconds);

/// <summary>What the analysis is busy with.</summary>
public enum AnalysisStage
{
    /// <summary>Decoding and looking at the picture.</summary>
    Looking,

    /// <summary>Prefill of the prompt.</summary>
    Thinking,

    /// <summary>Writing the answer.</summary>
    Answering,

    /// <summary>Finding the tampered region.</summary>
    Locating,
}

/// <summary>The request waits for the language model.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Position">1 is next.</param>
public sealed record QueuedEvent(double Milliseconds, int Position) : AnalysisEvent(Milliseconds);

/// <summary>A stage began.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Stage">The stage.</param>
public sealed record StageEvent(double Milliseconds, AnalysisStage Stage) : AnalysisEvent(Milliseconds);

/// <summary>The picture was decoded.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Image">Its identity and size.</param>
public sealed record ImageEvent(double Milliseconds, AnalyzedImage Image) : AnalysisEvent(Milliseconds);

/// <summary>The verdict is known. A later [CLS] in the answer sends another one, which replaces it.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Verdict">The class.</param>
/// <param name="Probabilities">Softmax of the logits.</param>
public sealed record VerdictEvent(double Milliseconds, Verdict Verdict, ClassProbabilities Probabilities) : AnalysisEvent(Milliseconds);

/// <summary>A token of the answer.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Token">Its id; null for text that was held back until the answer ended.</param>
/// <param name="Text">What it adds to the readable text; may be empty.</param>
public sealed record TokenEvent(double Milliseconds, int? Token, string Text) : AnalysisEvent(Milliseconds);

/// <summary>A mask is ready. A later one with the same index replaces it: every further [SEG] is looked at together with the earlier ones.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Index">Number of the [SEG] it belongs to, from 0.</param>
/// <param name="Mask">At the picture's size.</param>
public sealed record MaskEvent(double Milliseconds, int Index, BinaryMask Mask) : AnalysisEvent(Milliseconds);

/// <summary>The analysis is complete; always the last event. A failure is thrown by the enumeration instead.</summary>
/// <param name="Milliseconds">Since the analysis began.</param>
/// <param name="Result">The whole outcome.</param>
public sealed record FinishedEvent(double Milliseconds, AnalysisResult Result) : AnalysisEvent(Milliseconds);
