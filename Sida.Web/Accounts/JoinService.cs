using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>How people get an account: the first administrator by the link on the console, everybody else by an invitation.</summary>
internal sealed class JoinService(AccessService access, IdentityParts identity, FirstAdministrator first, SessionService sessions, SignInRate rate, AccountNews news, TimeProvider clock)
{
    /// <summary>How many conversations this browser made without an account, which a new account could take over.</summary>
    public async Task<int> CountConversationsAsync(Caller browser, CancellationToken cancellation)
    {
        if (browser.Role != SiteRole.Visitor)
        {
            return 0;
        }

        // Where the chat needs an account by now, there may be some from before.
        await using SidaDb db = access.Open(browser, Permissions.None);
        return await db.Conversations.CountAsync(row => row.DeletedAt == null, cancellation);
    }

    /// <summary>Makes the administrator and uses the console's link up.</summary>
    /// <exception cref="NotFoundException">The link does not work (any more).</exception>
    public Task<ClaimsPrincipal> SetUpAsync(Caller browser, string token, NewPerson person, SignInPlace place, CancellationToken cancellation)
    {
        rate.Count(place.From, null);
        return first.UseAsync(token, () => MakeAsync(browser, person, null, place, cancellation), cancellation);
    }

    /// <summary>Makes an account by an invitation and uses it up.</summary>
    /// <exception cref="NotFoundException">The invitation does not work (any more).</exception>
    public Task<ClaimsPrincipal> JoinAsync(Caller browser, string secret, NewPerson person, SignInPlace place, CancellationToken cancellation)
    {
        rate.Count(place.From, null);
        return MakeAsync(browser, person, secret, place, cancellation);
    }

    /// <param name="browser">In which browser.</param>
    /// <param name="person">Who.</param>
    /// <param name="invitation">The secret of the invitation; null for the first administrator.</param>
    /// <param name="place">Where the person will be signed in.</param>
    /// <param name="cancellation">Leaves everything as it was.</param>
    private async Task<ClaimsPrincipal> MakeAsync(Caller browser, NewPerson person, string? invitation, SignInPlace place, CancellationToken cancellation)
    {
        if (browser.Role != SiteRole.Visitor || browser.ApiKeyId is not null)
        {
            throw new ForbiddenException("Somebody is signed in with this browser. Sign out first.");
        }

        string name = AccountService.CheckName(person.Name);
        string email = StoredText.Check(person.Email.Trim(), "The e-mail address");
        if (email.Length > AccountModel.EmailLength)
        {
            throw new RequestException($"An e-mail address has up to {AccountModel.EmailLength} characters.");
        }

        Guid owner = person.TakeOver ? browser.OwnerId : Guid.CreateVersion7();
        await using SidaDb db = access.OpenForServer();
        await using IDbContextTransaction all = await db.Database.BeginTransactionAsync(cancellation);
        AccountLink? link = invitation is null ? null : await LinkService.UseAsync(db, invitation, joining: true, clock.GetUtcNow(), cancellation);
        await TakeOverAsync(db, owner, cancellation);
        Account account = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = owner,
            DisplayName = name,
            Role = link?.Role ?? SiteRole.Administrator,
            UserName = email,
            Email = email,
            CreatedAt = clock.GetUtcNow(),
            SignedInAt = clock.GetUtcNow(),
        };
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(await users.CreateAsync(account, person.Password));
        if (link is not null)
        {
            link.AccountId = account.Id;
            await db.SaveChangesAsync(cancellation);
        }

        ClaimsPrincipal signedIn = await sessions.BeginAsync(db, account, place, cancellation);
        await all.CommitAsync(cancellation);
        news.Tell(owner);
        return signedIn;
    }

    /// <summary>Keys that were made before are not the person's: whoever had this browser before could have made them.</summary>
    private async Task TakeOverAsync(SidaDb db, Guid owner, CancellationToken cancellation)
    {
        if (await db.Accounts.AnyAsync(row => row.OwnerId == owner, cancellation))
        {
            throw new RequestException("What was made in this browser belongs to an account already. Leave it there, or sign in with that account.");
        }

        if (!await db.Owners.AnyAsync(row => row.Id == owner, cancellation))
        {
            db.Owners.Add(new Owner { Id = owner, CreatedAt = clock.GetUtcNow() });
            await db.SaveChangesAsync(cancellation);
        }

        DateTimeOffset now = clock.GetUtcNow();
        await db.ApiKeys.Where(row => row.OwnerId == owner && row.RevokedAt == null).ExecuteUpdateAsync(change => change.SetProperty(row => row.RevokedAt, now), cancellation);
    }
}

/// <summary>Somebody who gets an account.</summary>
/// <param name="Name">What others see.</param>
/// <param name="Email">The name for signing in.</param>
/// <param name="Password">The password.</param>
/// <param name="TakeOver">Whether the account takes over what this browser made without one.</param>
public sealed record NewPerson(string Name, string Email, string Password, bool TakeOver);
