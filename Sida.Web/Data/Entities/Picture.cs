namespace Sida.Web.Data.Entities;

/// <summary>A picture that somebody uploaded. Its bytes lie in the picture store under their SHA-256, once for all owners.</summary>
internal sealed class Picture : IOwned
{
    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    /// <summary>Of the uploaded bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The name that the uploader's file had; never part of a path.</summary>
    public required string FileName { get; init; }

    /// <summary>jpeg, png, webp ...: what the bytes are, not what they were called.</summary>
    public required string Format { get; init; }

    /// <summary>Of the uploaded file.</summary>
    public required long Bytes { get; init; }

    /// <summary>What it takes on disk: the file and the copies that are served.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Height { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
