namespace Sida.Engine.Imaging;

/// <summary>A picture file's format, as its first bytes say.</summary>
public enum ImageFormat
{
    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP.</summary>
    WebP,

    /// <summary>GIF; the first frame is used.</summary>
    Gif,

    /// <summary>TIFF; the first page is used.</summary>
    Tiff,

    /// <summary>AVIF.</summary>
    Avif,

    /// <summary>HEIC (HEVC in HEIF), which the bundled library can't decode: it is recognised so that the refusal says what to do.</summary>
    Heic,

    /// <summary>Windows bitmap.</summary>
    Bmp,
}
