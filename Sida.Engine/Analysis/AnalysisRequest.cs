using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Sampling;

namespace Sida.Engine.Analysis;

/// <summary>One question about one picture.</summary>
public sealed record AnalysisRequest
{
    /// <summary>
    /// [SEG]s of one question and its answer that get a mask, each as large as the picture; further ones of a generated answer get none. The
    /// official programs have no limit, and their models write one.
    /// </summary>
    public const int MostRegions = 8;

    /// <summary>The picture as uploaded: JPEG, PNG, WebP, AVIF, TIFF, GIF or BMP.</summary>
    public required ImageSource Image { get; init; }

    /// <summary>
    /// What the user asks; <c>[CLS]</c> and <c>[SEG]</c> in it keep the meaning that they have in the official program, at most
    /// <see cref="MostRegions"/> [SEG]s, a scored answer's included.
    /// </summary>
    public required string Prompt { get; init; }

    /// <summary>
    /// Reads <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c>, <c>&lt;im_start&gt;</c> and <c>&lt;im_end&gt;</c> in the prompt as tokens, as the official
    /// program does. For repeating its runs; never for text from people, who could forge the conversation's structure with it.
    /// </summary>
    public bool TrustPrompt { get; init; }

    /// <summary>
    /// Earlier questions and answers of the conversation, oldest first; the official program has none. Where the context is too short for all of
    /// them and an answer, the oldest are left out.
    /// </summary>
    public IReadOnlyList<ConversationTurn> History { get; init; } = [];

    /// <summary>An answer to score instead of generating one (teacher forcing, the evaluation protocol of the paper).</summary>
    public string? Answer { get; init; }

    /// <summary>
    /// Masks for every [SEG] whatever the verdict: the paper's evaluation looks at the masks of tampered pictures that were judged
    /// wrongly too. Otherwise only a tampered picture has masks, as in the official programs.
    /// </summary>
    public bool LocateAlways { get; init; }

    /// <summary>Tokens after which the answer is cut; the package's own limit when null.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>How tokens are chosen; the package's own settings when null.</summary>
    public SamplingSettings? Sampling { get; init; }

    /// <summary>Receives intermediate tensors, for parity checks; null for none.</summary>
    public ITensorSink? Tensors { get; init; }
}
