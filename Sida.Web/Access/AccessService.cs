using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Access;

/// <summary>
/// The one place that decides what a caller may see and do. Every route, hub method and page reaches data through a context that
/// was opened here: it shows the caller's own rows and nothing else.
/// </summary>
internal sealed partial class AccessService(DatabaseConnection connection, TimeProvider clock, IOptions<AccessOptions> options)
{
    /// <summary>The database as a caller sees it.</summary>
    /// <exception cref="ForbiddenException">The caller lacks a permission.</exception>
    public SidaDb Open(Caller caller, Permissions needed)
    {
        Require(caller, needed);
        SidaDb db = connection.Create();
        db.ShowOwner(caller.OwnerId);
        return db;
    }

    /// <summary>Like <see cref="Open"/>, for a caller who is about to store something for the first time.</summary>
    public async Task<SidaDb> OpenToStoreAsync(Caller caller, Permissions needed, CancellationToken cancellation)
    {
        SidaDb db = Open(caller, needed);
        if (!await db.Owners.AnyAsync(cancellation))
        {
            await RegisterAsync(db, caller.OwnerId, cancellation);
        }

        return db;
    }

    /// <summary>The caller's own account.</summary>
    /// <exception cref="ForbiddenException">The caller has none, or is a program.</exception>
    public SidaDb OpenAccount(Caller caller)
    {
        RequireRole(caller, SiteRole.Viewer);
        RequireBrowser(caller);
        return Open(caller, Permissions.Read);
    }

    /// <summary>Accounts and their links, of everybody.</summary>
    /// <exception cref="ForbiddenException">The caller is no administrator.</exception>
    public SidaDb OpenPeople(Caller caller)
    {
        RequireRole(caller, SiteRole.Administrator);
        RequireBrowser(caller);
        return OpenForServer();
    }

    /// <summary>Checks a permission where no data is needed.</summary>
    /// <exception cref="ForbiddenException">The caller lacks it.</exception>
    public static void Require(Caller caller, Permissions needed)
    {
        if ((caller.Permissions & needed) == needed)
        {
            return;
        }

        throw new ForbiddenException(caller.ApiKeyId is not null
            ? $"This API key may not do that: it lacks {needed & ~caller.Permissions}. Make a key with that permission on the API keys page."
            : "Sign in first: this server is for people with an account.");
    }

    /// <summary>Checks what the person is.</summary>
    /// <exception cref="ForbiddenException">Less than is needed.</exception>
    public static void RequireRole(Caller caller, SiteRole needed)
    {
        if (caller.Role >= needed)
        {
            return;
        }

        throw new ForbiddenException(caller.Role == SiteRole.Visitor
            ? "Sign in first: this needs an account."
            : $"This needs the role {needed}; yours is {caller.Role}. An administrator can change it on the People page.");
    }

    /// <summary>Whether a page opens for somebody: see <see cref="NeedsRoleAttribute"/> and <see cref="OpenToVisitorsAttribute"/>.</summary>
    /// <param name="caller">Who; null for nobody, as on an open page after signing out.</param>
    /// <param name="page">The page's component.</param>
    public static PageAnswer MayOpen(Caller? caller, Type page)
    {
        if (page.IsDefined(typeof(OpenToVisitorsAttribute), inherit: true))
        {
            return PageAnswer.Open;
        }

        SiteRole needed = page.GetCustomAttribute<NeedsRoleAttribute>()?.Role ?? SiteRole.Visitor;
        if (caller is null || caller.Permissions == Permissions.None || (caller.Role == SiteRole.Visitor && needed > SiteRole.Visitor))
        {
            return PageAnswer.SignInFirst;
        }

        return caller.Role >= needed ? PageAnswer.Open : PageAnswer.NotForThisRole;
    }

    /// <summary>Checks that a person is at work, rather than a program: accounts are not managed by programs.</summary>
    /// <exception cref="ForbiddenException">The caller showed a key.</exception>
    public static void RequireBrowser(Caller caller)
    {
        if (caller.ApiKeyId is not null)
        {
            throw new ForbiddenException("API keys can't manage accounts. Sign in with a browser.");
        }
    }

    /// <summary>What somebody with a role may do with what is their own.</summary>
    public Permissions PermissionsOf(SiteRole role) => role == SiteRole.Visitor && options.Value.ChatNeedsAccount ? Permissions.None : Permissions.All;

    /// <summary>An account as a caller; null when it is kept out.</summary>
    public Caller? CallerOf(Account account) =>
        account.DisabledAt is null ? new Caller(account.OwnerId, PermissionsOf(account.Role), null, account.Role, account.Id) : null;

    /// <summary>All rows, for the server's own work: jobs, cleaning up, links that carry their own proof.</summary>
    public SidaDb OpenForServer()
    {
        SidaDb db = connection.Create();
        db.ShowEverything();
        return db;
    }

    private async Task RegisterAsync(SidaDb db, Guid id, CancellationToken cancellation)
    {
        Owner owner = new() { Id = id, CreatedAt = clock.GetUtcNow() };
        db.Owners.Add(owner);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Two first requests of one browser at the same time: the other one was faster. Anything else shows when it is read.
            db.Entry(owner).State = EntityState.Detached;
            if (!await db.Owners.AnyAsync(cancellation))
            {
                throw;
            }
        }
    }
}
