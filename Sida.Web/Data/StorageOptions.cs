using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Data;

/// <summary>The data folder and what may be kept in it.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Sida:Storage";

    /// <summary>Pictures, the embedded database and the keys of cookies; a relative path counts from the current folder.</summary>
    [Required(ErrorMessage = "Sida:Storage:Folder must name a folder for pictures and the database.")]
    public string Folder { get; init; } = "data";

    /// <summary>Bytes of pictures that one owner may keep.</summary>
    [Range(1L << 20, 1L << 50, ErrorMessage = "Sida:Storage:MaxBytesPerOwner must be at least 1 MiB (1048576).")]
    public long MaxBytesPerOwner { get; init; } = 2L << 30;

    /// <summary>Bytes of pictures of all owners together.</summary>
    [Range(1L << 20, 1L << 50, ErrorMessage = "Sida:Storage:MaxBytes must be at least 1 MiB (1048576).")]
    public long MaxBytes { get; init; } = 50L << 30;

    /// <summary>Unpinned conversations and jobs that were not touched for so many days are removed; 0 keeps everything.</summary>
    [Range(0, 36500, ErrorMessage = "Sida:Storage:RetentionDays must be between 0 (keep everything) and 36500.")]
    public int RetentionDays { get; init; }

    /// <summary>How long a deleted conversation can be restored.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00", ErrorMessage = "Sida:Storage:UndoPeriod must be between 10 seconds and 30 days, written as d.hh:mm:ss.")]
    public TimeSpan UndoPeriod { get; init; } = TimeSpan.FromMinutes(10);
}
