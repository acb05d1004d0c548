using Sida.Engine;

namespace Sida.Web.Review;

/// <summary>
/// What somebody (a model or a person) says about a picture: the content of one version, of an import and of an export. Everything may
/// be missing while it is worked on; what a finished one needs is decided by <see cref="Editing.AnnotationRules"/>.
/// </summary>
public sealed record Annotation
{
    /// <summary>What the picture is.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>How sure its author is of the verdict.</summary>
    public Certainty? Certainty { get; init; }

    /// <summary>Labels and short reasons in the author's words, at most 10.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Where the picture was tampered with; null when nothing is marked.</summary>
    public MaskCode? Mask { get; init; }

    /// <summary>The explanation in the official grammar, without special tokens.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>Sentences of the explanation that speak of a part of the picture.</summary>
    public IReadOnlyList<SentenceLink> Links { get; init; } = [];
}

/// <summary>How sure somebody is.</summary>
public enum Certainty
{
    /// <summary>No doubt.</summary>
    Sure,

    /// <summary>Little doubt.</summary>
    FairlySure,

    /// <summary>It could also be something else.</summary>
    Unsure,
}

/// <summary>A sentence that is tied to a part of the picture.</summary>
/// <param name="Sentence">Its number in the explanation, from 0.</param>
/// <param name="Region">The part, in a mask of the picture's size.</param>
public sealed record SentenceLink(int Sentence, MaskCode Region);
