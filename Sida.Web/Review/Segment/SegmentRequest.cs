using System.Text.Json.Serialization;

namespace Sida.Web.Review.Segment;

/// <summary>What an annotator shows of a region: at least a point to include, a box or a mask. Places are pixels of the upright picture.</summary>
/// <param name="Points">At most 64.</param>
/// <param name="Box">A rectangle around the region.</param>
/// <param name="Mask">A mask to start from, of the picture's size.</param>
/// <param name="Model">Whose segmenter to ask; null for the default model's.</param>
public sealed record SegmentRequest(IReadOnlyList<SegmentPlace>? Points = null, SegmentBox? Box = null, MaskCode? Mask = null, string? Model = null);

/// <summary>A place that belongs to the region, or doesn't.</summary>
/// <param name="X">From the left edge.</param>
/// <param name="Y">From the upper edge.</param>
/// <param name="Include">Whether it belongs to the region.</param>
public sealed record SegmentPlace([property: JsonRequired] float X, [property: JsonRequired] float Y, bool Include = true);

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">Leftmost column.</param>
/// <param name="Y">Topmost row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record SegmentBox([property: JsonRequired] int X, [property: JsonRequired] int Y, [property: JsonRequired] int Width, [property: JsonRequired] int Height);

/// <summary>What the model suggests.</summary>
/// <param name="Masks">Best first.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record SegmentAnswer(IReadOnlyList<SegmentMask> Masks, double Milliseconds);

/// <summary>One suggestion.</summary>
/// <param name="Rle">COCO's compressed run-length code.</param>
/// <param name="Width">The picture's.</param>
/// <param name="Height">The picture's.</param>
/// <param name="Score">The overlap with the region that the model expects, 0..1.</param>
/// <param name="Pixels">How many are marked.</param>
public sealed record SegmentMask(string Rle, int Width, int Height, float Score, int Pixels);

/// <summary>Which model to get ready.</summary>
/// <param name="Model">Null for the default model.</param>
public sealed record PrepareRequest(string? Model = null);
