using Sida.Web.Review;

namespace Sida.Web.Data.Entities.Review;

/// <summary>Somebody who works in a project.</summary>
internal sealed class ProjectMember : IProjectRow
{
    public required Guid ProjectId { get; init; }

    /// <summary>The owner id of their account.</summary>
    public required Guid Person { get; init; }

    public required ProjectRole Role { get; set; }

    public required DateTimeOffset AddedAt { get; init; }

    public ReviewProject? Project { get; init; }
}
