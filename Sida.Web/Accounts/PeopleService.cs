using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>What an administrator does with the accounts of others.</summary>
internal sealed class PeopleService(AccessService access, IdentityParts identity, AccountNews news, TimeProvider clock)
{
    private const int MaxShown = 2000;

    /// <summary>Everybody, by name.</summary>
    public async Task<IReadOnlyList<PersonRecord>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenPeople(caller);
        // Identity sets and ends locks by the system's own clock.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return await db.Accounts.AsNoTracking().OrderBy(row => row.DisplayName).ThenBy(row => row.Email).Take(MaxShown)
            .Select(row => new PersonRecord(row.Id, row.DisplayName, row.Email!, row.Role, row.CreatedAt, row.SignedInAt, row.DisabledAt != null, row.LockoutEnd > now, row.Id == caller.AccountId))
            .ToListAsync(cancellation);
    }

    /// <summary>Gives a person another role, from their next click on.</summary>
    /// <exception cref="RequestException">It is the caller's own account, or no role that an account can have.</exception>
    public Task SetRoleAsync(Caller caller, Guid accountId, SiteRole role, CancellationToken cancellation)
    {
        if (role == SiteRole.Visitor || !Enum.IsDefined(role))
        {
            throw new RequestException("An account is a viewer, annotator, reviewer or administrator.");
        }

        return ChangeAsync(caller, accountId, account => account.Role = role, cancellation);
    }

    /// <summary>Keeps a person out, or lets them in again. Their work stays.</summary>
    /// <exception cref="RequestException">It is the caller's own account.</exception>
    public Task SetDisabledAsync(Caller caller, Guid accountId, bool disabled, CancellationToken cancellation) =>
        ChangeAsync(caller, accountId, account => account.DisabledAt = disabled ? clock.GetUtcNow() : null, cancellation);

    /// <summary>Lets a person try their password again before the lock ends by itself.</summary>
    public Task UnlockAsync(Caller caller, Guid accountId, CancellationToken cancellation) =>
        ChangeAsync(caller, accountId, account => (account.LockoutEnd, account.AccessFailedCount) = (null, 0), cancellation);

    /// <summary>Signs a person out in every browser.</summary>
    public Task SignOutAsync(Caller caller, Guid accountId, CancellationToken cancellation) =>
        ChangeAsync(caller, accountId, account => account.SecurityStamp = LinkSecret.New(), cancellation, signOut: true);

    /// <summary>One's own role and access are for another administrator to change: so there always is one left.</summary>
    private async Task ChangeAsync(Caller caller, Guid accountId, Action<Account> change, CancellationToken cancellation, bool signOut = false)
    {
        await using SidaDb db = access.OpenPeople(caller);
        if (accountId == caller.AccountId)
        {
            throw new RequestException("Your own account is for another administrator to change.");
        }

        Account account = await db.Accounts.FirstOrDefaultAsync(row => row.Id == accountId, cancellation) ?? throw new NotFoundException("There is no such account.");
        change(account);
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(await users.UpdateAsync(account));
        if (signOut)
        {
            await SessionService.EndAllAsync(db, accountId, cancellation);
        }

        news.Tell(account.OwnerId);
    }
}

/// <summary>An account as administrators see it.</summary>
/// <param name="AccountId">Names it.</param>
/// <param name="DisplayName">What others see.</param>
/// <param name="Email">The name for signing in.</param>
/// <param name="Role">What the person is here.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="SignedInAt">When the person last gave the password.</param>
/// <param name="IsDisabled">Whether the person is kept out.</param>
/// <param name="IsLocked">Whether too many wrong passwords were tried.</param>
/// <param name="IsSelf">Whether it is the caller's own.</param>
public sealed record PersonRecord(
    Guid AccountId, string DisplayName, string Email, SiteRole Role, DateTimeOffset CreatedAt, DateTimeOffset? SignedInAt, bool IsDisabled, bool IsLocked, bool IsSelf);
