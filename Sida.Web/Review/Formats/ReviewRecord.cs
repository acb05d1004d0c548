using Sida.Engine.Analysis;

namespace Sida.Web.Review.Formats;

/// <summary>One reviewed picture: what every format is made from, and what reading one gives back.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Annotation">What was decided about it.</param>
/// <param name="Provenance">How that came about.</param>
public sealed record ReviewRecord(PictureRef Picture, Annotation Annotation, Provenance Provenance);

/// <summary>Where a record comes from.</summary>
public sealed record Provenance
{
    /// <summary>
    /// What the picture was made from: pictures of one origin are never divided among train, validation and test. The hash of the picture
    /// itself where nothing else is known.
    /// </summary>
    public required string Origin { get; init; }

    /// <summary>The project it was reviewed in.</summary>
    public string? Project { get; init; }

    /// <summary>The item.</summary>
    public Guid? ItemId { get; init; }

    /// <summary>The item's number in its project.</summary>
    public int? Number { get; init; }

    /// <summary>Who annotated it, as they are called.</summary>
    public string? Annotator { get; init; }

    /// <summary>The version that was accepted.</summary>
    public int? Version { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Where the item came from: chat, upload, SID_Set ...</summary>
    public string? Source { get; init; }

    /// <summary>What it is called there.</summary>
    public string? SourceKey { get; init; }

    /// <summary>What the model had said.</summary>
    public Annotation? Model { get; init; }

    /// <summary>Which model.</summary>
    public string? ModelName { get; init; }

    /// <summary>The identity of its package.</summary>
    public string? ModelHash { get; init; }

    /// <summary>How it divided its belief.</summary>
    public ClassProbabilities? Probabilities { get; init; }
}
