using System.Globalization;

namespace Sida.Engine.Imaging;

/// <summary>The sentences in which a picture is refused: its name, what is wrong, what to do; always one line.</summary>
/// <param name="Name">How to call the picture, such as its file name.</param>
internal sealed record Refusal(string Name)
{
    private const string Accepted = "send a JPEG, PNG, WebP, AVIF, TIFF, GIF or BMP file";

    /// <summary>The file is none of the accepted formats.</summary>
    public ImageException NotAPicture(string what) => Because($"{what}; {Accepted}");

    /// <summary>The format is known, this variant of it is not.</summary>
    public ImageException Unsupported(string what) => Because($"{what}; save it again as an ordinary 8-bit RGB JPEG or PNG");

    /// <summary>The file is damaged.</summary>
    public ImageException Damaged(ImageFormat format, Exception? cause = null) =>
        Because($"the {format} data is damaged or cut short; send the whole original file", cause);

    /// <summary>The file can't be read.</summary>
    public ImageException Unreadable(Exception cause) => Because($"the file can't be read; check that it exists and may be read", cause);

    /// <summary>The file has too many bytes.</summary>
    public ImageException TooManyBytes(long limit) =>
        Because(string.Create(CultureInfo.InvariantCulture, $"the file is larger than {limit / (1 << 20)} MiB; send a smaller one"));

    /// <summary>Refuses what is beyond the limits.</summary>
    /// <exception cref="ImageException">It is.</exception>
    public void Check(long width, long height, int frames, ImageLimits limits)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"the picture is {width} x {height} pixels");
        if (width < 1 || height < 1)
        {
            throw Because($"{size}; send one that has any");
        }

        if (width > limits.MaxWidth || height > limits.MaxHeight)
        {
            throw Because($"{size}, the limit is {limits.MaxWidth} x {limits.MaxHeight}; scale it down or cut it into pieces");
        }

        if (width * height > limits.MaxPixels)
        {
            throw Because($"{size}, the limit is {limits.MaxPixels / 1_000_000} megapixels; scale it down or cut it into pieces");
        }

        if ((double)Math.Max(width, height) / Math.Min(width, height) > limits.MaxAspectRatio)
        {
            throw Because($"{size}, one side may be at most {limits.MaxAspectRatio} times the other; cut it into pieces");
        }

        if (frames > limits.MaxFrames)
        {
            throw Because($"the file holds {frames} frames or pages, the limit is {limits.MaxFrames}; send the one that matters");
        }
    }

    private ImageException Because(string reason, Exception? cause = null) => new($"{Name.ReplaceLineEndings(" ")}: {reason}.", cause);
}
