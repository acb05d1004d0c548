using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>An export, an import or a run of a model that goes on without its page. Kept as a file of its own, so a restart of the server doesn't lose it.</summary>
public sealed record ExchangeJob
{
    /// <summary>Names it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose data.</summary>
    public required Guid ProjectId { get; init; }

    /// <summary>Who started it.</summary>
    public required Guid Person { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What to write; null where it is no export.</summary>
    public ExportOrder? Export { get; init; }

    /// <summary>What to read; null where it is no import.</summary>
    public ImportOrder? Import { get; init; }

    /// <summary>Which items a model is asked about; null where none is.</summary>
    public AskOrder? Ask { get; init; }

    /// <summary>What the upload was called; null where there was none.</summary>
    public string? UploadName { get; init; }

    /// <summary>SHA-256 of the upload.</summary>
    public string? UploadSha256 { get; init; }

    /// <summary>How far it is.</summary>
    public JobState State { get; init; }

    /// <summary>Records, pictures or items done.</summary>
    public int Done { get; init; }

    /// <summary>About how many there are; 0 while that isn't known.</summary>
    public int Total { get; init; }

    /// <summary>Items that an import added, or that a model answered.</summary>
    public int Added { get; init; }

    /// <summary>Pictures of an import that were items already, or items that had this model's answer.</summary>
    public int Known { get; init; }

    /// <summary>What was left out.</summary>
    public int LeftOutCount { get; init; }

    /// <summary>The first of it, with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }

    /// <summary>Bytes of the archive that an export made.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the archive.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whether nothing more happens.</summary>
    public bool IsOver => State is JobState.Finished or JobState.Failed or JobState.Stopped;
}

/// <summary>How far a job is.</summary>
public enum JobState
{
    /// <summary>It waits for others.</summary>
    Queued,

    /// <summary>It is worked on.</summary>
    Running,

    /// <summary>It is done.</summary>
    Finished,

    /// <summary>It couldn't be done.</summary>
    Failed,

    /// <summary>Somebody stopped it.</summary>
    Stopped,
}
