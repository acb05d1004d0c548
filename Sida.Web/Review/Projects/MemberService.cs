using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Projects;

/// <summary>Who works in a project.</summary>
internal sealed class MemberService(AccessService access, PeopleDirectory people, ReviewJournal journal, TimeProvider clock)
{
    /// <summary>The members: those with the most rights first, then by name.</summary>
    public async Task<IReadOnlyList<MemberView>> ListAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Annotator, cancellation);
        List<ProjectMember> members = await scope.Db.ProjectMembers.AsNoTracking().Where(row => row.ProjectId == projectId).ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, members.Select(row => row.Person), cancellation);
        return [.. members.Select(row => new MemberView(row.Person, names[row.Person], row.Role, row.AddedAt))
            .OrderByDescending(view => view.Role).ThenBy(view => view.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Who may be made a member: everybody with an account that may review and who isn't one yet.</summary>
    public async Task<IReadOnlyList<PersonView>> ListOthersAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        HashSet<Guid> members = [.. await scope.Db.ProjectMembers.Where(row => row.ProjectId == projectId).Select(row => row.Person).ToListAsync(cancellation)];
        return [.. (await people.ListAsync(caller, cancellation)).Where(person => person.Role >= SiteRole.Annotator && !members.Contains(person.OwnerId))];
    }

    /// <summary>Makes somebody a member, or gives them another role.</summary>
    /// <exception cref="RequestException">Their account doesn't allow it, or no manager would be left.</exception>
    public async Task PutAsync(Caller caller, Guid projectId, Guid person, ProjectRole role, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        scope.RequireOpen();
        if (!Enum.IsDefined(role))
        {
            throw new RequestException("role: choose annotator, reviewer or manager.");
        }

        PersonView known = (await people.ListAsync(caller, cancellation)).FirstOrDefault(row => row.OwnerId == person)
            ?? throw new NotFoundException("There is no such person.");
        if (known.Role < (role == ProjectRole.Annotator ? SiteRole.Annotator : SiteRole.Reviewer))
        {
            throw new RequestException($"{known.DisplayName}'s account has the role {known.Role}, which is too little for {role} here. Ask an administrator to raise it.");
        }

        List<ProjectMember> members = await scope.Db.ProjectMembers.Where(row => row.ProjectId == projectId).ToListAsync(cancellation);
        ProjectMember? member = members.Find(row => row.Person == person);
        if (member?.Role == role)
        {
            return;
        }

        if (member is null && members.Count >= ProjectRules.MaxMembers)
        {
            throw new LimitException($"A project has at most {ProjectRules.MaxMembers} members.");
        }

        if (member is null)
        {
            scope.Db.ProjectMembers.Add(new ProjectMember { ProjectId = projectId, Person = person, Role = role, AddedAt = clock.GetUtcNow() });
        }
        else
        {
            RequireAnotherManager(members, member);
            member.Role = role;
        }

        journal.Record(scope, member is null ? AuditAction.MemberAdded : AuditAction.MemberChanged, null, new { person, role });
        await scope.Db.SaveChangesAsync(cancellation);
    }

    /// <summary>Takes somebody out; what they did stays. Everybody may leave.</summary>
    /// <exception cref="RequestException">No manager would be left.</exception>
    public async Task RemoveAsync(Caller caller, Guid projectId, Guid person, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, person == caller.OwnerId ? ProjectRole.Annotator : ProjectRole.Manager, cancellation);
        List<ProjectMember> members = await scope.Db.ProjectMembers.Where(row => row.ProjectId == projectId).ToListAsync(cancellation);
        ProjectMember member = members.Find(row => row.Person == person) ?? throw new NotFoundException("There is no such member.");
        RequireAnotherManager(members, member);
        scope.Db.ProjectMembers.Remove(member);
        journal.Record(scope, AuditAction.MemberRemoved, null, new { person });
        await scope.Db.SaveChangesAsync(cancellation);
    }

    private static void RequireAnotherManager(List<ProjectMember> members, ProjectMember leaving)
    {
        if (leaving.Role == ProjectRole.Manager && members.Count(row => row.Role == ProjectRole.Manager) == 1)
        {
            throw new RequestException("A project needs a manager: make somebody else one first.");
        }
    }
}
