using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>What a person shows SAM of one region: at least a point to include, a box or a mask.</summary>
public sealed record SegmentPrompt
{
    /// <summary>Points that one prompt may have.</summary>
    public const int MostPoints = 64;

    /// <summary>The picture.</summary>
    public required ImageSource Image { get; init; }

    /// <summary>
    /// What is known of the picture from its store or an earlier analysis. With it, a picture whose embedding is at hand isn't opened again.
    /// </summary>
    public AnalyzedImage? Known { get; init; }

    /// <summary>At most <see cref="MostPoints"/>, within the picture.</summary>
    public IReadOnlyList<SegmentPoint> Points { get; init; } = [];

    /// <summary>A rectangle around the region, within the picture.</summary>
    public PixelRectangle? Box { get; init; }

    /// <summary>A mask of the picture's size to start from.</summary>
    public BinaryMask? Mask { get; init; }
}

/// <summary>A place that belongs to the region, or doesn't.</summary>
/// <param name="X">Pixels from the left edge of the upright picture.</param>
/// <param name="Y">Pixels from its upper edge.</param>
/// <param name="Include">Whether it belongs to the region.</param>
public readonly record struct SegmentPoint(float X, float Y, bool Include);

/// <summary>What SAM suggests.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Candidates">Best first.</param>
public sealed record SegmentResult(AnalyzedImage Image, IReadOnlyList<SegmentCandidate> Candidates);

/// <summary>One suggestion.</summary>
/// <param name="Mask">At the picture's size.</param>
/// <param name="Score">The IoU that SAM expects of it, usually 0..1.</param>
public sealed record SegmentCandidate(BinaryMask Mask, float Score);
