using System.Globalization;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Components.Review.Quality;

/// <summary>Numbers and decisions as people read them.</summary>
internal static class QualityWords
{
    private const string Nothing = "-";

    public static string Share(double? share) => share?.ToString("P0", CultureInfo.CurrentCulture) ?? Nothing;

    public static string Kappa(double? kappa) => kappa?.ToString("0.00", CultureInfo.CurrentCulture) ?? Nothing;

    /// <summary>Such as 40 s, 3 min 20 s or 1 h 5 min.</summary>
    public static string Time(double? seconds) => seconds switch
    {
        null => Nothing,
        < 60 => $"{seconds:0} s",
        < 3600 => $"{Math.Floor(seconds.Value / 60):0} min {seconds.Value % 60:00} s",
        _ => $"{Math.Floor(seconds.Value / 3600):0} h {Math.Floor(seconds.Value % 3600 / 60):0} min",
    };

    public static string Action(AuditAction action) => action switch
    {
        AuditAction.ProjectCreated => "made the project",
        AuditAction.ProjectChanged => "changed the settings",
        AuditAction.ProjectArchived => "put the project away",
        AuditAction.ProjectReopened => "took the project out again",
        AuditAction.MemberAdded => "added a member",
        AuditAction.MemberChanged => "changed a member's role",
        AuditAction.MemberRemoved => "took a member out",
        AuditAction.ItemsAdded => "added items",
        AuditAction.ItemsAssigned => "handed items out",
        AuditAction.ItemSubmitted => "handed in",
        AuditAction.ItemCorrected => "corrected",
        AuditAction.ItemAccepted => "accepted",
        AuditAction.ItemReturned => "sent back",
        AuditAction.VersionRestored => "restored a version of",
        AuditAction.CommentResolved => "settled a comment on",
        AuditAction.CommentReopened => "reopened a comment on",
        AuditAction.CommentDeleted => "deleted a comment on",
        AuditAction.WebhookAdded => "added a webhook",
        AuditAction.WebhookChanged => "changed a webhook",
        AuditAction.WebhookRemoved => "removed a webhook",
        AuditAction.ModelAsked => "had a model asked",
        _ => "exported",
    };
}
