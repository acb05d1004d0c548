namespace Sida.Web.Data.Entities.Review;

/// <summary>One decision: who, when, what. Written in the same transaction as what it tells of, never changed.</summary>
internal sealed class AuditEntry : IProjectRow
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid Actor { get; init; }

    /// <summary>The key that a program showed; null for a browser.</summary>
    public Guid? ApiKeyId { get; init; }

    public required AuditAction Action { get; init; }

    public Guid? ItemId { get; init; }

    /// <summary>What is worth knowing of it, as JSON.</summary>
    public required string Details { get; init; }

    public ReviewProject? Project { get; init; }
}

/// <summary>What is kept in the audit log.</summary>
public enum AuditAction
{
    ProjectCreated,
    ProjectChanged,
    ProjectArchived,
    ProjectReopened,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    ItemsAdded,
    ItemsAssigned,
    ItemSubmitted,
    ItemCorrected,
    ItemAccepted,
    ItemReturned,
    VersionRestored,
    CommentResolved,
    CommentReopened,
    CommentDeleted,
    WebhookAdded,
    WebhookChanged,
    WebhookRemoved,
    Exported,
    ModelAsked,
}
