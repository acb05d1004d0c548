using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// Accounts at the provider that open accounts here. None is connected because two addresses are the same: an address here is what
/// somebody wrote when they joined, which nobody checked. Whoever joined with a colleague's address would share the account that the
/// colleague then comes into by the provider, and whoever is given an old address there would come into an account here. So it takes
/// both: one is signed in here, by password or by an invitation just now, and has come from the provider.
/// </summary>
internal sealed class ProviderLogins(AccessService access, IdentityParts identity, SessionService sessions, AccountNews news, IOptions<AccessOptions> options, TimeProvider clock)
{
    private OpenIdOptions Settings => options.Value.OpenIdConnect;

    /// <summary>Signs in whom the provider vouched for.</summary>
    /// <returns>For the cookie; null where this person has no account here.</returns>
    /// <exception cref="ForbiddenException">The account is disabled.</exception>
    /// <exception cref="RequestException">It is locked.</exception>
    public async Task<ClaimsPrincipal?> SignInAsync(ProviderIdentity who, SignInPlace place, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        AccountLogin? login = await db.AccountLogins.FirstOrDefaultAsync(row => row.Issuer == who.Issuer && row.Subject == who.Subject, cancellation);
        if (login is null)
        {
            return null;
        }

        using UserManager<Account> users = identity.Manage(db);
        Account account = await db.Accounts.SingleAsync(row => row.Id == login.AccountId, cancellation);
        if (await users.IsLockedOutAsync(account))
        {
            throw new RequestException("This account is locked for some minutes, since wrong passwords were tried. Wait, or ask an administrator to unlock it.");
        }

        ClaimsPrincipal person = await sessions.BeginAsync(db, account, place, cancellation);
        login.Label = who.Label;
        account.SignedInAt = clock.GetUtcNow();
        IdentityParts.Check(await users.UpdateAsync(account));
        return person;
    }

    /// <summary>What somebody becomes who comes without an invitation.</summary>
    /// <exception cref="RequestException">Nothing.</exception>
    public SiteRole RoleOf(ProviderIdentity who)
    {
        string[] domains = Settings.EmailDomains.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string domain = who.Email[(who.Email.LastIndexOf('@') + 1)..];
        return Settings.CreateAccounts && who.HasVerifiedEmail && (domains.Length == 0 || domains.Contains(domain, StringComparer.OrdinalIgnoreCase))
            ? Settings.NewAccountRole
            : throw new RequestException("Nobody here is connected with that account. If you have an account here, sign in with its password and connect the two under Your account; otherwise ask an administrator for an invitation.");
    }

    /// <summary>What the caller's account is connected with; null for nothing.</summary>
    public async Task<ProviderConnection?> FindAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        return await db.AccountLogins.Where(row => row.AccountId == caller.AccountId && row.Issuer == Settings.Authority)
            .Select(row => new ProviderConnection(row.Subject, row.Label, row.CreatedAt)).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>From now on the caller can sign in with the provider.</summary>
    /// <exception cref="RequestException">One of the two is connected already.</exception>
    public async Task ConnectAsync(Caller caller, ProviderIdentity who, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        if (await db.AccountLogins.AnyAsync(row => row.AccountId == caller.AccountId && row.Issuer == who.Issuer, cancellation))
        {
            throw new RequestException("Your account is connected already. Disconnect it first to connect another.");
        }

        Add(db, caller.AccountId!.Value, caller.OwnerId, who);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error)
        {
            await using SidaDb all = access.OpenForServer();
            if (await all.AccountLogins.AnyAsync(row => row.Issuer == who.Issuer && row.Subject == who.Subject, cancellation))
            {
                throw new RequestException("That account is connected with another account here. Sign out, then sign in with it.", error);
            }

            throw;
        }
    }

    /// <summary>Takes the provider away as a way in, and ends the other sessions, which may have come by it.</summary>
    /// <returns>For the cookie of this browser.</returns>
    /// <exception cref="RequestException">It is the only way in.</exception>
    public async Task<ClaimsPrincipal> DisconnectAsync(Caller caller, SignInPlace place, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        Account account = await db.Accounts.FirstAsync(row => row.Id == caller.AccountId, cancellation);
        if (account.PasswordHash is null)
        {
            throw new RequestException("This is your only way in. Ask an administrator for a link to a password first.");
        }

        await db.AccountLogins.Where(row => row.AccountId == account.Id && row.Issuer == Settings.Authority).ExecuteDeleteAsync(cancellation);
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(await users.UpdateSecurityStampAsync(account));
        await SessionService.EndAllAsync(db, account.Id, cancellation);
        ClaimsPrincipal person = await sessions.BeginAsync(db, account, place, cancellation);
        news.Tell(caller.OwnerId);
        return person;
    }

    /// <summary>Connects an account that is being made; whoever calls it saves.</summary>
    public void Add(SidaDb db, Guid accountId, Guid ownerId, ProviderIdentity who) => db.AccountLogins.Add(new AccountLogin
    {
        Id = Guid.CreateVersion7(),
        OwnerId = ownerId,
        AccountId = accountId,
        Issuer = who.Issuer,
        Subject = who.Subject,
        Label = who.Label,
        CreatedAt = clock.GetUtcNow(),
    });
}

/// <summary>With what an account is connected.</summary>
/// <param name="Subject">The person's name at the provider.</param>
/// <param name="Label">What the provider called the person last.</param>
/// <param name="Since">Since when.</param>
internal sealed record ProviderConnection(string Subject, string Label, DateTimeOffset Since);
