namespace Sida.Web.Data.Entities;

/// <summary>
/// A run of consecutive events of one analysis, as they were sent. While it runs, one row is added a few times a second; when it
/// is over, they become one.
/// </summary>
internal sealed class RecordedEvents : IOwned
{
    public required Guid AnalysisId { get; init; }

    /// <summary>Sequence number of the first of them, from 0.</summary>
    public required int First { get; init; }

    public required Guid OwnerId { get; init; }

    /// <summary>A JSON array of events.</summary>
    public required string Json { get; init; }

    public Analysis? Analysis { get; init; }
}
