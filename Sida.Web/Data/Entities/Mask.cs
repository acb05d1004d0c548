using Sida.Engine.Imaging;

namespace Sida.Web.Data.Entities;

/// <summary>One mask of an analysis, at the picture's own size.</summary>
internal sealed class Mask : IOwned
{
    public required Guid AnalysisId { get; init; }

    /// <summary>Number of the [SEG] it belongs to, from 0.</summary>
    public required int Index { get; init; }

    public required Guid OwnerId { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required long ForegroundPixels { get; init; }

    /// <summary>In which ninth of the picture it lies; null for an empty mask.</summary>
    public MaskPlace? Place { get; init; }

    /// <summary>The smallest rectangle around the marked pixels, in pixels; all four null for an empty mask.</summary>
    public int? BoundsX { get; init; }

    public int? BoundsY { get; init; }

    public int? BoundsWidth { get; init; }

    public int? BoundsHeight { get; init; }

    /// <summary>COCO's compressed run-length code of the columns.</summary>
    public required string Rle { get; init; }

    public Analysis? Analysis { get; init; }
}
