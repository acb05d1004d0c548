namespace Sida.Web.Review.Formats.Import;

/// <summary>A picture of a set, before it is opened.</summary>
internal sealed record ImportedPicture
{
    /// <summary>Its path in the source.</summary>
    public required string File { get; init; }

    /// <summary>The name that its file once had, where the set says so.</summary>
    public string? FileName { get; init; }

    /// <summary>What it was made from, where the set says so.</summary>
    public string? Origin { get; init; }

    /// <summary>What the set says about it, once its size is known; null for nothing.</summary>
    public Func<PictureRef, CancellationToken, Task<Annotation>>? Annotate { get; init; }

    /// <summary>How that came about, where the set says so.</summary>
    public Provenance? Provenance { get; init; }
}
