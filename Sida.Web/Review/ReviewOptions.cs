using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Review;

/// <summary>Limits of reviews.</summary>
internal sealed class ReviewOptions
{
    public const string Section = "Sida:Review";

    /// <summary>Projects that one person may make.</summary>
    [Range(1, 10_000, ErrorMessage = "Sida:Review:MaxProjectsPerPerson must be between 1 and 10000.")]
    public int MaxProjectsPerPerson { get; init; } = 100;

    [Range(1, 10_000_000, ErrorMessage = "Sida:Review:MaxItems must be between 1 and 10000000.")]
    public int MaxItems { get; init; } = 500_000;

    /// <summary>Versions of one person's annotation of one item, the editor's drafts included.</summary>
    [Range(10, 1_000_000, ErrorMessage = "Sida:Review:MaxVersions must be between 10 and 1000000.")]
    public int MaxVersions { get; init; } = 2_000;

    /// <summary>Items of a project that one person may have open at the same time.</summary>
    [Range(1, 10_000, ErrorMessage = "Sida:Review:MaxHeld must be between 1 and 10000.")]
    public int MaxHeld { get; init; } = 50;

    /// <summary>Comments on one item.</summary>
    [Range(1, 100_000, ErrorMessage = "Sida:Review:MaxComments must be between 1 and 100000.")]
    public int MaxComments { get; init; } = 500;

    /// <summary>Whether webhooks may go to addresses that are not on the public internet, and to other ports than 80 and 443.</summary>
    public bool PrivateWebhooks { get; init; }

    /// <summary>How long an address may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00", ErrorMessage = "Sida:Review:WebhookTimeout must be between 1 second and 2 minutes, written as hh:mm:ss.")]
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses of one project.</summary>
    [Range(0, 1000, ErrorMessage = "Sida:Review:MaxWebhooks must be between 0 (none) and 1000.")]
    public int MaxWebhooks { get; init; } = 10;

    /// <summary>Folders of the server that managers may import from, by the name that they are shown.</summary>
    public Dictionary<string, string> ImportFolders { get; init; } = [];

    /// <summary>Bytes of an uploaded zip.</summary>
    [Range(1L << 20, 1L << 40, ErrorMessage = "Sida:Review:MaxUploadBytes must be between 1 MiB (1048576) and 1 TiB (1099511627776).")]
    public long MaxUploadBytes { get; init; } = 2L << 30;

    /// <summary>Bytes that one import may unpack.</summary>
    [Range(1L << 20, 1L << 42, ErrorMessage = "Sida:Review:MaxImportBytes must be between 1 MiB (1048576) and 4 TiB (4398046511104).")]
    public long MaxImportBytes { get; init; } = 64L << 30;
}
