using Sida.Engine.Imaging;

namespace Sida.Web.Review;

/// <summary>A mask as it is stored and travels.</summary>
/// <param name="Width">Pixels of the picture it belongs to, upright.</param>
/// <param name="Height">Pixels of the picture it belongs to, upright.</param>
/// <param name="Rle">COCO's compressed run-length code.</param>
public sealed record MaskCode(int Width, int Height, string Rle)
{
    /// <summary>The code of a mask.</summary>
    public static MaskCode Of(BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new MaskCode(mask.Width, mask.Height, RunLengthCode.Encode(mask).ToString());
    }

    /// <summary>The runs.</summary>
    /// <exception cref="Engine.RequestException">The text is no such code, or not of this size.</exception>
    public RunLengthCode ToRuns() => RunLengthCode.Parse(Width, Height, Rle);

    /// <summary>The pixels.</summary>
    /// <exception cref="Engine.RequestException">The text is no such code, or not of this size.</exception>
    public BinaryMask ToMask() => ToRuns().Decode();
}
