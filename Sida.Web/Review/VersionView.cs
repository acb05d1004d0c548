using Sida.Engine;

namespace Sida.Web.Review;

/// <summary>One saved version.</summary>
/// <param name="LineId">Whose line of versions.</param>
/// <param name="Number">Counts the versions of a line, from 1.</param>
/// <param name="Author">Who saved it.</param>
/// <param name="AuthorName">As they are called.</param>
/// <param name="SavedAt">When.</param>
/// <param name="Kind">What it was saved as.</param>
/// <param name="BasedOn">The version it follows; 0 for the model's annotation.</param>
/// <param name="ModelName">The model whose annotation the line began with.</param>
/// <param name="ModelHash">The identity of that model's package.</param>
/// <param name="Annotation">What it says.</param>
/// <param name="Changes">What is different from the one before.</param>
public sealed record VersionView(
    Guid LineId,
    int Number,
    Guid Author,
    string AuthorName,
    DateTimeOffset SavedAt,
    VersionKind Kind,
    int BasedOn,
    string? ModelName,
    string? ModelHash,
    Annotation Annotation,
    VersionChanges Changes);

/// <summary>Why a version was saved.</summary>
public enum VersionKind
{
    /// <summary>Kept by the editor while somebody works.</summary>
    Draft,

    /// <summary>Saved on purpose.</summary>
    Saved,

    /// <summary>Handed in.</summary>
    Submission,

    /// <summary>Changed by a reviewer.</summary>
    Correction,

    /// <summary>An earlier version again.</summary>
    Restoration,
}

/// <summary>What a version changed.</summary>
/// <param name="VerdictFrom">The verdict before.</param>
/// <param name="VerdictTo">The verdict now.</param>
/// <param name="MaskIou">Intersection over union with the mask before, 0..1; 1 when nothing is marked in both.</param>
/// <param name="Text">The explanation before and now, word by word.</param>
public sealed record VersionChanges(Verdict? VerdictFrom, Verdict? VerdictTo, double MaskIou, IReadOnlyList<TextChange> Text)
{
    /// <summary>Whether the verdict is another one.</summary>
    public bool IsVerdictChanged => VerdictFrom != VerdictTo;
}

/// <summary>A piece of a word diff.</summary>
/// <param name="Kind">Whether it stayed, went or came.</param>
/// <param name="Text">The words, with the white space after them.</param>
public sealed record TextChange(TextChangeKind Kind, string Text);

/// <summary>What became of a piece of text.</summary>
public enum TextChangeKind
{
    /// <summary>In both.</summary>
    Same,

    /// <summary>Only before.</summary>
    Removed,

    /// <summary>Only now.</summary>
    Added,
}
