namespace Sida.Web.Data.Entities;

/// <summary>What the owner thinks of an answer; at most one each.</summary>
internal sealed class Feedback : IOwned
{
    public required Guid AnalysisId { get; init; }

    public required Guid OwnerId { get; init; }

    /// <summary>Thumb up or down.</summary>
    public required bool Good { get; set; }

    public string? Note { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public Analysis? Analysis { get; init; }
}
