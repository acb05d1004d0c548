using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Projects;

/// <summary>Projects: making, changing, finding and putting them away.</summary>
internal sealed class ProjectService(AccessService access, ReviewJournal journal, Reservations reservations, IOptions<ReviewOptions> options, TimeProvider clock)
{
    private const int MaxListed = 500;

    /// <summary>Makes a project; who makes it is its first manager.</summary>
    /// <exception cref="ForbiddenException">The account is no reviewer's.</exception>
    /// <exception cref="RequestException">A field is wrong.</exception>
    public async Task<ProjectView> CreateAsync(Caller caller, ProjectDraft draft, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Review);
        if (caller.Role < SiteRole.Reviewer)
        {
            throw new ForbiddenException("Projects are made by reviewers. Sign in with such an account, or ask an administrator for the role.");
        }

        draft = ProjectRules.Check(draft);
        DateTimeOffset now = clock.GetUtcNow();
        ReviewProject project = new()
        {
            Id = Guid.CreateVersion7(),
            Name = draft.Name,
            Guidelines = draft.Guidelines,
            Labels = [.. draft.Labels!],
            Stages = draft.Settings!.Stages,
            Overlap = draft.Settings.Overlap,
            HoneypotShare = draft.Settings.HoneypotShare,
            ReservationMinutes = draft.Settings.ReservationMinutes,
            CreatedBy = caller.OwnerId,
            CreatedAt = now,
        };
        await using SidaDb db = access.OpenForServer();
        if (await db.ReviewProjects.CountAsync(row => row.CreatedBy == caller.OwnerId, cancellation) >= options.Value.MaxProjectsPerPerson)
        {
            throw new LimitException($"You made {options.Value.MaxProjectsPerPerson} projects already (Sida:Review:MaxProjectsPerPerson).");
        }

        project.Members.Add(new ProjectMember { ProjectId = project.Id, Person = caller.OwnerId, Role = ProjectRole.Manager, AddedAt = now });
        db.ReviewProjects.Add(project);
        journal.Record(new ReviewScope(db, caller, project, ProjectRole.Manager), AuditAction.ProjectCreated, null, new { project.Name, draft.Settings });
        await db.SaveChangesAsync(cancellation);
        return await GetAsync(caller, project.Id, cancellation);
    }

    /// <summary>The caller's projects, the newest first.</summary>
    public async Task<IReadOnlyList<ProjectSummary>> ListAsync(Caller caller, bool archived, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Review);
        if (caller.Role < SiteRole.Annotator)
        {
            return [];
        }

        bool all = caller.Role >= SiteRole.Administrator;
        await using SidaDb db = access.OpenForServer();
        var rows = await db.ReviewProjects.AsNoTracking()
            .Where(row => (archived || row.ArchivedAt == null) && (all || row.Members.Any(member => member.Person == caller.OwnerId)))
            .OrderByDescending(row => row.CreatedAt).Take(MaxListed)
            .Select(row => new { Project = row, Member = row.Members.Where(member => member.Person == caller.OwnerId).Select(member => (ProjectRole?)member.Role).FirstOrDefault() })
            .ToListAsync(cancellation);
        List<ProjectSummary> projects = [];
        foreach (var row in rows)
        {
            if (AccessService.RoleOf(caller.Role, row.Member) is { } role)
            {
                IReadOnlyDictionary<ItemState, int> counts = await ItemCounts.OfAsync(new ReviewScope(db, caller, row.Project, role), cancellation);
                int open = role >= ProjectRole.Reviewer ? counts[ItemState.Submitted] : counts[ItemState.New] + counts[ItemState.InWork] + counts[ItemState.Returned];
                projects.Add(new ProjectSummary(
                    row.Project.Id, row.Project.Name, role, counts.Values.Sum(), open, counts[ItemState.Accepted], row.Project.CreatedAt, row.Project.ArchivedAt));
            }
        }

        return projects;
    }

    /// <summary>One project.</summary>
    /// <exception cref="NotFoundException">There is no such project, or the caller is no member.</exception>
    public async Task<ProjectView> GetAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, id, ProjectRole.Annotator, cancellation);
        await reservations.SweepAsync(scope, cancellation);
        ReviewProject project = scope.Project;
        ProjectSettings settings = new()
        {
            Stages = project.Stages,
            Overlap = project.Overlap,
            HoneypotShare = scope.Role == ProjectRole.Manager ? project.HoneypotShare : 0,
            ReservationMinutes = project.ReservationMinutes,
        };
        return new ProjectView(
            id, project.Name, project.Guidelines, project.Labels, settings, scope.Role, await ItemCounts.OfAsync(scope, cancellation), project.Revision, project.CreatedAt, project.ArchivedAt);
    }

    /// <summary>Changes a project. A new overlap holds for items that are not decided yet.</summary>
    /// <exception cref="ConflictException">Another manager changed it since <paramref name="revision"/>.</exception>
    public async Task<ProjectView> UpdateAsync(Caller caller, Guid id, ProjectDraft draft, int revision, CancellationToken cancellation)
    {
        await using (ReviewScope scope = await access.OpenReviewAsync(caller, id, ProjectRole.Manager, cancellation))
        {
            scope.RequireOpen();
            draft = ProjectRules.Check(draft);
            ReviewProject project = await scope.Db.ReviewProjects.FirstAsync(row => row.Id == id, cancellation);
            if (project.Revision != revision)
            {
                throw Changed();
            }

            bool overlap = project.Overlap != draft.Settings!.Overlap;
            (project.Name, project.Guidelines, project.Labels) = (draft.Name, draft.Guidelines, [.. draft.Labels!]);
            (project.Stages, project.Overlap) = (draft.Settings.Stages, draft.Settings.Overlap);
            (project.HoneypotShare, project.ReservationMinutes) = (draft.Settings.HoneypotShare, draft.Settings.ReservationMinutes);
            project.Revision++;
            journal.Record(scope, AuditAction.ProjectChanged, null, new { project.Name, draft.Settings, draft.Labels });
            await SaveAsync(scope, cancellation);
            if (overlap)
            {
                await Reservations.RecountAsync(scope, project, cancellation);
            }
        }

        return await GetAsync(caller, id, cancellation);
    }

    /// <summary>Puts a project away, or takes it out again.</summary>
    public async Task ArchiveAsync(Caller caller, Guid id, bool archived, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, id, ProjectRole.Manager, cancellation);
        ReviewProject project = await scope.Db.ReviewProjects.FirstAsync(row => row.Id == id, cancellation);
        if (project.ArchivedAt is null == archived)
        {
            project.ArchivedAt = archived ? clock.GetUtcNow() : null;
            project.Revision++;
            journal.Record(scope, archived ? AuditAction.ProjectArchived : AuditAction.ProjectReopened, null, new { project.Name });
            await SaveAsync(scope, cancellation);
        }
    }

    private static async Task SaveAsync(ReviewScope scope, CancellationToken cancellation)
    {
        try
        {
            await scope.Db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Changed();
        }
    }

    private static ConflictException Changed() => new("Another manager changed this project meanwhile. Reload it and make your change again.");
}
