using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>What people do with their own account: sign in, change the password and the name, sign out everywhere.</summary>
internal sealed class AccountService(AccessService access, IdentityParts identity, SessionService sessions, SignInRate rate, AccountNews news, TimeProvider clock)
{
    public const int MaxNameLength = 80;

    /// <summary>Says the same whatever was wrong, so that nobody learns who has an account here.</summary>
    private const string Refusal = "The e-mail address or the password is wrong. After several wrong passwords an account is locked for some minutes.";

    /// <summary>Checked when there is no such account, so that this takes as long as when there is one.</summary>
    private readonly string _nobodysHash = identity.Hasher.HashPassword(null!, LinkSecret.New());

    /// <summary>Checks a password.</summary>
    /// <returns>Who signed in, for the cookie.</returns>
    /// <exception cref="RequestException">It is wrong, or there is no such account, or it is locked.</exception>
    /// <exception cref="ForbiddenException">It is right, but the account is disabled.</exception>
    /// <exception cref="LimitException">There were too many attempts.</exception>
    public async Task<ClaimsPrincipal> SignInAsync(string email, string password, SignInPlace place, CancellationToken cancellation)
    {
        email = email.Trim();
        if (email.Length is 0 or > AccountModel.EmailLength || password.Length is 0 or > PasswordRules.MaxLength)
        {
            rate.Count(place.From, null);
            throw new RequestException(Refusal);
        }

        rate.Count(place.From, identity.Normalize(email));
        await using SidaDb db = access.OpenForServer();
        using UserManager<Account> users = identity.Manage(db);
        Account? account = await users.FindByEmailAsync(email);
        if (account?.PasswordHash is null)
        {
            // Nobody, or somebody who comes by the provider only.
            identity.Hasher.VerifyHashedPassword(null!, _nobodysHash, password);
            throw new RequestException(Refusal);
        }

        bool locked = await users.IsLockedOutAsync(account);
        bool right = await users.CheckPasswordAsync(account, password);
        if (locked || !right)
        {
            if (!locked)
            {
                // Two wrong ones in the same moment may count as one; how often one may try is limited anyway.
                await users.AccessFailedAsync(account);
            }

            throw new RequestException(Refusal);
        }

        account.SignedInAt = clock.GetUtcNow();
        account.AccessFailedCount = 0;
        await users.UpdateAsync(account);
        return await sessions.BeginAsync(db, account, place, cancellation);
    }

    /// <summary>The caller's own account.</summary>
    public async Task<OwnAccount> GetAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        Account account = await FindAsync(db, caller, cancellation);
        return new OwnAccount(account.DisplayName, account.Email!, account.Role, account.CreatedAt, account.PasswordHash is not null);
    }

    /// <summary>Changes what others see.</summary>
    public async Task RenameAsync(Caller caller, string name, CancellationToken cancellation)
    {
        name = CheckName(name);
        await using SidaDb db = access.OpenAccount(caller);
        Account account = await FindAsync(db, caller, cancellation);
        account.DisplayName = name;
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(await users.UpdateAsync(account));
        news.Tell(caller.OwnerId);
    }

    /// <summary>Changes the password; every other browser is signed out.</summary>
    /// <returns>For the cookie of this browser.</returns>
    public async Task<ClaimsPrincipal> ChangePasswordAsync(Caller caller, string current, string next, SignInPlace place, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        Account account = await FindAsync(db, caller, cancellation);
        rate.Count(place.From, account.NormalizedEmail);
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(await users.ChangePasswordAsync(account, current, next));
        await SessionService.EndAllAsync(db, account.Id, cancellation);
        ClaimsPrincipal person = await sessions.BeginAsync(db, account, place, cancellation);
        news.Tell(caller.OwnerId);
        return person;
    }

    /// <summary>Chooses a new password with an administrator's link; every browser is signed out.</summary>
    /// <exception cref="NotFoundException">The link does not work (any more).</exception>
    public async Task ResetPasswordAsync(string secret, string password, IPAddress? from, CancellationToken cancellation)
    {
        rate.Count(from, null);
        await using SidaDb db = access.OpenForServer();
        await using IDbContextTransaction all = await db.Database.BeginTransactionAsync(cancellation);
        AccountLink link = await LinkService.UseAsync(db, secret, joining: false, clock.GetUtcNow(), cancellation);
        using UserManager<Account> users = identity.Manage(db);
        Account account = await db.Accounts.SingleAsync(row => row.Id == link.AccountId, cancellation);
        (account.LockoutEnd, account.AccessFailedCount) = (null, 0);
        IdentityParts.Check(await users.RemovePasswordAsync(account));
        IdentityParts.Check(await users.AddPasswordAsync(account, password));
        await SessionService.EndAllAsync(db, account.Id, cancellation);
        await all.CommitAsync(cancellation);
        news.Tell(account.OwnerId);
    }

    /// <summary>Signs out every browser of the caller.</summary>
    public async Task SignOutEverywhereAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        using UserManager<Account> users = identity.Manage(db);
        Account account = await FindAsync(db, caller, cancellation);
        IdentityParts.Check(await users.UpdateSecurityStampAsync(account));
        await SessionService.EndAllAsync(db, account.Id, cancellation);
        news.Tell(caller.OwnerId);
    }

    /// <exception cref="RequestException">Not a name.</exception>
    public static string CheckName(string name)
    {
        name = StoredText.Check(name.Trim(), "The name");
        return name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl) ? name : throw new RequestException($"A name has 1 to {MaxNameLength} characters, in one line.");
    }

    private static async Task<Account> FindAsync(SidaDb db, Caller caller, CancellationToken cancellation) =>
        await db.Accounts.FirstOrDefaultAsync(row => row.Id == caller.AccountId, cancellation) ?? throw new NotFoundException("There is no such account.");
}

/// <summary>An account as the person sees it.</summary>
internal sealed record OwnAccount(string DisplayName, string Email, SiteRole Role, DateTimeOffset CreatedAt, bool HasPassword);
