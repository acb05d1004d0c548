using System.Security.Cryptography;
using System.Text;

namespace Sida.Web.Pictures;

/// <summary>A picture as pages and programs see it; its bytes come from <see cref="PictureAddress"/>.</summary>
/// <param name="Id">Names it.</param>
/// <param name="FileName">What the uploader called it: text of a stranger.</param>
/// <param name="Sha256">Of the uploaded bytes.</param>
/// <param name="Format">What the bytes are: Jpeg, Png, WebP ...</param>
/// <param name="Bytes">Of the uploaded file.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
public sealed record PictureView(Guid Id, string FileName, string Sha256, string Format, long Bytes, int Width, int Height)
{
    /// <summary>Where the copy for reading lies.</summary>
    public string DisplayUrl => PictureAddress.Of(Id, PictureCopy.Display);

    /// <summary>Where the small copy lies.</summary>
    public string ThumbnailUrl => PictureAddress.Of(Id, PictureCopy.Thumbnail);
}

/// <summary>The re-encoded copies that are served. The uploaded bytes, with whatever is in them, never are.</summary>
public enum PictureCopy
{
    /// <summary>For reading and zooming.</summary>
    Display,

    /// <summary>For lists.</summary>
    Thumbnail,
}

/// <summary>Addresses of pictures and masks.</summary>
public static class PictureAddress
{
    private const int VersionBytes = 6;

    /// <summary>A copy of a picture.</summary>
    public static string Of(Guid picture, PictureCopy copy) => copy == PictureCopy.Display ? $"/api/pictures/{picture}" : $"/api/pictures/{picture}/thumbnail";

    /// <summary>A mask as PNG: 255 where the picture was tampered with, at the picture's own size.</summary>
    /// <param name="analysis">Whose mask.</param>
    /// <param name="index">Its number.</param>
    /// <param name="version">Names what is in it, since browsers keep what they got and a mask may be replaced while the answer is written.</param>
    public static string Mask(Guid analysis, int index, string version) => $"/api/analyses/{analysis}/masks/{index}.png?v={version}";

    /// <summary>The picture with the mask painted over it, as JPEG.</summary>
    /// <inheritdoc cref="Mask"/>
    public static string Overlay(Guid analysis, int index, string version) => $"/api/analyses/{analysis}/masks/{index}/overlay.jpg?v={version}";

    /// <summary>The version of a mask, from its run-length code.</summary>
    public static string Version(string rle) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(rle)).AsSpan(0, VersionBytes));
}
