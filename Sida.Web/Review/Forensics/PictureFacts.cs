namespace Sida.Web.Review.Forensics;

/// <summary>What a picture's file says beside its pixels. All of it can be removed or invented by anyone who had the file.</summary>
public sealed record PictureFacts
{
    /// <summary>SHA-256 of the uploaded bytes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Jpeg, Png, WebP ...: what the bytes are.</summary>
    public required string Format { get; init; }

    /// <summary>Size of the uploaded file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Height { get; init; }

    /// <summary>Metadata by where they stand: EXIF, XMP, IPTC, text.</summary>
    public IReadOnlyList<FactGroup> Groups { get; init; } = [];

    /// <summary>Entries in which a program names itself or how it made the picture.</summary>
    public IReadOnlyList<GeneratorTag> Generators { get; init; } = [];

    /// <summary>Where the file says that the picture was taken; null when it doesn't.</summary>
    public PicturePlace? Place { get; init; }

    /// <summary>Where C2PA content credentials are embedded; null when there are none. They are not verified.</summary>
    public string? ContentCredentials { get; init; }

    /// <summary>How the JPEG was compressed; null for other formats.</summary>
    public JpegFacts? Jpeg { get; init; }

    /// <summary>Whether there was more than is shown, or something that couldn't be read.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Metadata of one kind.</summary>
/// <param name="Name">EXIF, XMP, IPTC or text.</param>
/// <param name="Entries">In the order of the file.</param>
public sealed record FactGroup(string Name, IReadOnlyList<Fact> Entries);

/// <summary>One entry: a stranger's text.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Value">What it says.</param>
public sealed record Fact(string Name, string Value);

/// <summary>An entry that speaks of the program that made or changed the picture.</summary>
/// <param name="Where">In which kind of metadata.</param>
/// <param name="Name">What the entry is called.</param>
/// <param name="Value">What it says.</param>
/// <param name="SaysGenerated">Whether it says that the picture, or a part of it, was generated.</param>
public sealed record GeneratorTag(string Where, string Name, string Value, bool SaysGenerated);

/// <summary>A place on Earth.</summary>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
public sealed record PicturePlace(double Latitude, double Longitude);

/// <summary>How a JPEG was compressed last.</summary>
/// <param name="Quality">The setting of the usual encoders (libjpeg, 1..100) whose tables are nearest; null when none is near.</param>
/// <param name="IsExact">Whether the tables are exactly those.</param>
/// <param name="IsProgressive">Whether it is stored in several passes.</param>
/// <param name="Tables">Quantisation tables: 64 steps each, row by row, low frequencies first.</param>
public sealed record JpegFacts(int? Quality, bool IsExact, bool IsProgressive, IReadOnlyList<IReadOnlyList<int>> Tables);
