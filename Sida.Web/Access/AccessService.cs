using Microsoft.EntityFrameworkCore;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Access;

/// <summary>
/// The one place that decides what a caller may see and do. Every route, hub method and page reaches data through a context that
/// was opened here: it shows the caller's own rows and nothing else. Later kinds of access (a reviewer's, an administrator's) are
/// decided here too.
/// </summary>
internal sealed class AccessService(DatabaseConnection connection, TimeProvider clock)
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

    /// <summary>Checks a permission where no data is needed.</summary>
    /// <exception cref="ForbiddenException">The caller lacks it.</exception>
    public static void Require(Caller caller, Permissions needed)
    {
        if ((caller.Permissions & needed) != needed)
        {
            throw new ForbiddenException($"This API key may not do that: it lacks {needed & ~caller.Permissions}. Make a key with that permission on the API keys page.");
        }
    }

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
