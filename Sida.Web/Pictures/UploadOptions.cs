using System.ComponentModel.DataAnnotations;
using Sida.Engine.Imaging;

namespace Sida.Web.Pictures;

/// <summary>What may be uploaded. Everything is checked before a pixel is decoded.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Sida:Uploads";

    [Range(1 << 10, 1 << 30, ErrorMessage = "Sida:Uploads:MaxBytes must be between 1 KiB (1024) and 1 GiB (1073741824).")]
    public long MaxBytes { get; init; } = 32L << 20;

    [Range(1, 65_500, ErrorMessage = "Sida:Uploads:MaxSide must be between 1 and 65500 pixels.")]
    public int MaxSide { get; init; } = 16_384;

    [Range(1L, 500_000_000L, ErrorMessage = "Sida:Uploads:MaxPixels must be between 1 and 500000000.")]
    public long MaxPixels { get; init; } = 60_000_000;

    [Range(1, 100_000, ErrorMessage = "Sida:Uploads:MaxFrames must be between 1 and 100000.")]
    public int MaxFrames { get; init; } = 1_000;

    /// <summary>Pictures that are decoded at the same time: each may take up to 11 bytes a pixel.</summary>
    [Range(1, 64, ErrorMessage = "Sida:Uploads:MaxDecodes must be between 1 and 64.")]
    public int MaxDecodes { get; init; } = 2;

    /// <summary>Uploads of one owner at the same time.</summary>
    [Range(1, 100, ErrorMessage = "Sida:Uploads:MaxPerOwner must be between 1 and 100.")]
    public int MaxPerOwner { get; init; } = 4;

    /// <summary>Whether users may name a picture by its address, which the server then fetches.</summary>
    public bool FetchUrls { get; init; } = true;

    /// <summary>How long fetching a picture may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Sida:Uploads:FetchTimeout must be between 1 second and 5 minutes, written as hh:mm:ss.")]
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(20);

    public ImageLimits ImageLimits => new() { MaxBytes = MaxBytes, MaxWidth = MaxSide, MaxHeight = MaxSide, MaxPixels = MaxPixels, MaxFrames = MaxFrames };
}
