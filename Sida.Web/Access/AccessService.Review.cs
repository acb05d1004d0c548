using Microsoft.EntityFrameworkCore;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review;

namespace Sida.Web.Access;

/// <summary>Who may see what of review projects: members, each as far as their role in the project and their account allow.</summary>
internal sealed partial class AccessService
{
    /// <summary>A project for one of its members.</summary>
    /// <exception cref="ForbiddenException">The key lacks the permission, or the member the role.</exception>
    /// <exception cref="NotFoundException">There is no such project, or the caller is no member.</exception>
    public async Task<ReviewScope> OpenReviewAsync(Caller caller, Guid projectId, ProjectRole needed, CancellationToken cancellation)
    {
        Require(caller, Permissions.Review);
        SidaDb? db = connection.Create();
        try
        {
            db.ShowOwner(caller.OwnerId);
            db.ShowProject(projectId);
            ReviewProject? project = await db.ReviewProjects.AsNoTracking().FirstOrDefaultAsync(row => row.Id == projectId, cancellation);
            ProjectMember? member = await db.ProjectMembers.AsNoTracking().FirstOrDefaultAsync(row => row.ProjectId == projectId && row.Person == caller.OwnerId, cancellation);
            if (project is null || RoleOf(caller.Role, member?.Role) is not { } role)
            {
                throw new NotFoundException("There is no such project, or you are not one of its members.");
            }

            ReviewScope scope = new(db, caller, project, role);
            scope.Require(needed);
            db = null;
            return scope;
        }
        finally
        {
            if (db is not null)
            {
                await db.DisposeAsync();
            }
        }
    }

    /// <summary>The project of an item, for one of its members.</summary>
    /// <inheritdoc cref="OpenReviewAsync"/>
    public async Task<ReviewScope> OpenReviewItemAsync(Caller caller, Guid itemId, ProjectRole needed, CancellationToken cancellation)
    {
        Require(caller, Permissions.Review);
        Guid? project;
        await using (SidaDb everything = OpenForServer())
        {
            project = await everything.ReviewItems.Where(row => row.Id == itemId).Select(row => (Guid?)row.ProjectId).FirstOrDefaultAsync(cancellation);
        }

        try
        {
            return await OpenReviewAsync(caller, project ?? Guid.Empty, needed, cancellation);
        }
        catch (NotFoundException)
        {
            throw NoItem();
        }
    }

    /// <summary>What is said of an item that there isn't, or that isn't for the caller.</summary>
    public static NotFoundException NoItem() => new("There is no such item, or it is not yours to see.");

    /// <summary>
    /// What somebody is in a project. Administrators look after all of them; an account that may not review anywhere doesn't do so by
    /// being made a member; visitors and viewers stay outside.
    /// </summary>
    public static ProjectRole? RoleOf(SiteRole site, ProjectRole? member) => site switch
    {
        SiteRole.Administrator => ProjectRole.Manager,
        SiteRole.Reviewer => member,
        SiteRole.Annotator when member is not null => ProjectRole.Annotator,
        _ => null,
    };
}
