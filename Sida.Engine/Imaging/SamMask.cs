namespace Sida.Engine.Imaging;

/// <summary>
/// From the mask decoder's low-resolution logits to the picture: up to the encoder's square frame, the padding cut off, then to the
/// picture's own size. Source: SAM, modeling/sam.py, postprocess_masks.
/// </summary>
/// <param name="FrameSize">S, side of the encoder's square input.</param>
/// <param name="Content">Width and height of the picture inside that frame, see <see cref="SamPreprocessor.ContentSize"/>.</param>
/// <param name="Picture">Width and height of the picture itself.</param>
internal sealed record SamMask(int FrameSize, (int Width, int Height) Content, (int Width, int Height) Picture)
{
    /// <summary>Mask logits at the picture's size.</summary>
    /// <param name="lowResolution">Shape (S/4, S/4).</param>
    public MaskLogits ToLogits(MaskLogits lowResolution) => InFrame(lowResolution).Resample(Picture.Width, Picture.Height);

    /// <summary>The same, thresholded at 0.</summary>
    /// <param name="lowResolution">Shape (S/4, S/4).</param>
    public BinaryMask ToMask(MaskLogits lowResolution) => InFrame(lowResolution).ResampleToMask(Picture.Width, Picture.Height);

    private MaskLogits InFrame(MaskLogits lowResolution) => lowResolution.Resample(FrameSize, FrameSize, Content.Width, Content.Height);
}
