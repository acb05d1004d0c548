using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data;

namespace Sida.Web.Accounts;

/// <summary>Who the people are, for those who work with them.</summary>
internal sealed class PeopleDirectory(AccessService access)
{
    /// <summary>Names to show beside what people did; owners without an account have none.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> ownerIds, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        return await db.Accounts.Where(row => ownerIds.Contains(row.OwnerId)).ToDictionaryAsync(row => row.OwnerId, row => row.DisplayName, cancellation);
    }

    /// <summary>Everybody who may sign in, by name: for choosing members and for mentioning people.</summary>
    /// <exception cref="ForbiddenException">The caller is less than an annotator.</exception>
    public async Task<IReadOnlyList<PersonView>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        AccessService.RequireRole(caller, SiteRole.Annotator);
        await using SidaDb db = access.OpenForServer();
        return await db.Accounts.Where(row => row.DisabledAt == null).OrderBy(row => row.DisplayName).ThenBy(row => row.Email)
            .Select(row => new PersonView(row.OwnerId, row.DisplayName, row.Email!, row.Role)).ToListAsync(cancellation);
    }
}

/// <summary>A person as colleagues see them.</summary>
/// <param name="OwnerId">Whose work is theirs.</param>
/// <param name="DisplayName">What they are called.</param>
/// <param name="Email">Their address.</param>
/// <param name="Role">What they are here.</param>
public sealed record PersonView(Guid OwnerId, string DisplayName, string Email, SiteRole Role);
