using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review;

namespace Sida.Web.Access;

/// <summary>A review project as one of its members may see it: proof that it was checked, and the database that shows it.</summary>
/// <param name="Db">Shows the caller's own rows and those of the project.</param>
/// <param name="Caller">On whose behalf.</param>
/// <param name="Project">The project.</param>
/// <param name="Role">What the caller may do in it.</param>
internal sealed record ReviewScope(SidaDb Db, Caller Caller, ReviewProject Project, ProjectRole Role) : IAsyncDisposable
{
    public Guid ProjectId => Project.Id;

    /// <summary>Who is asking.</summary>
    public Guid Person => Caller.OwnerId;

    /// <summary>Whether everybody's work may be seen.</summary>
    public bool SeesAll => Role >= ProjectRole.Reviewer;

    /// <summary>Items of the project. The condition is in the scope already; said again, the databases find their indexes.</summary>
    public IQueryable<ReviewItem> Items => Db.ReviewItems.Where(row => row.ProjectId == Project.Id);

    /// <summary>Lines of the project.</summary>
    public IQueryable<AnnotationLine> Lines => Db.AnnotationLines.Where(row => row.ProjectId == Project.Id);

    /// <summary>Checks that more than seeing is allowed.</summary>
    /// <exception cref="ForbiddenException">It is not.</exception>
    public void Require(ProjectRole needed)
    {
        if (Role < needed)
        {
            throw new ForbiddenException(needed == ProjectRole.Manager
                ? "Only managers of this project may do that. Ask one of them (project, Members)."
                : "Only reviewers of this project may do that. Ask a manager for that role (project, Members).");
        }
    }

    /// <summary>Checks that the project is still worked on.</summary>
    /// <exception cref="ForbiddenException">It was archived.</exception>
    public void RequireOpen()
    {
        if (Project.ArchivedAt is not null)
        {
            throw new ForbiddenException("This project is archived: it can be read, not changed. A manager can reopen it in its settings.");
        }
    }

    public ValueTask DisposeAsync() => Db.DisposeAsync();
}
