using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts.OpenId;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>How people get an account: the first administrator by the link on the console, others by an invitation or by the provider's word.</summary>
internal sealed class JoinService(AccessService access, IdentityParts identity, FirstAdministrator first, ProviderLogins logins, SessionService sessions, SignInRate rate, AccountNews news, TimeProvider clock)
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
        return first.UseAsync(token, () => MakeAsync(browser, person, new Entry(null, SiteRole.Administrator), place, cancellation), cancellation);
    }

    /// <summary>Makes an account by an invitation and uses it up.</summary>
    /// <exception cref="NotFoundException">The invitation does not work (any more).</exception>
    public Task<ClaimsPrincipal> JoinAsync(Caller browser, string secret, NewPerson person, SignInPlace place, CancellationToken cancellation)
    {
        rate.Count(place.From, null);
        return MakeAsync(browser, person, new Entry(secret), place, cancellation);
    }

    /// <summary>Makes an account for somebody whom the provider vouched for, who will have no password; with an invitation, if there is one.</summary>
    /// <exception cref="NotFoundException">The invitation does not work (any more).</exception>
    /// <exception cref="RequestException">Without an invitation nobody gets an account, or this person doesn't.</exception>
    public async Task<ClaimsPrincipal> JoinAsync(Caller browser, Arrival arrival, NewPerson person, SignInPlace place, CancellationToken cancellation)
    {
        rate.Count(place.From, null);
        SiteRole role = arrival.Invitation is null ? logins.RoleOf(arrival.Identity) : SiteRole.Viewer;
        try
        {
            return await MakeAsync(browser, person, new Entry(arrival.Invitation, role, arrival.Identity), place, cancellation);
        }
        catch (Exception error) when (error is DbUpdateException or RequestException or NotFoundException)
        {
            // The same person at the same moment, as with two clicks: the other one was faster.
            if (await logins.SignInAsync(arrival.Identity, place, cancellation) is { } faster)
            {
                return faster;
            }

            throw;
        }
    }

    private async Task<ClaimsPrincipal> MakeAsync(Caller browser, NewPerson person, Entry entry, SignInPlace place, CancellationToken cancellation)
    {
        if (browser.Role != SiteRole.Visitor || browser.ApiKeyId is not null)
        {
            throw new ForbiddenException("Somebody is signed in with this browser. Sign out first.");
        }

        string name = AccountService.CheckName(person.Name);
        string email = entry.Identity is { HasVerifiedEmail: true } known ? known.Email : StoredText.Check(person.Email.Trim(), "The e-mail address");
        if (email.Length > AccountModel.EmailLength)
        {
            throw new RequestException($"An e-mail address has up to {AccountModel.EmailLength} characters.");
        }

        Guid owner = person.TakeOver ? browser.OwnerId : Guid.CreateVersion7();
        await using SidaDb db = access.OpenForServer();
        await using IDbContextTransaction all = await db.Database.BeginTransactionAsync(cancellation);
        AccountLink? link = entry.Invitation is null ? null : await LinkService.UseAsync(db, entry.Invitation, joining: true, clock.GetUtcNow(), cancellation);
        await TakeOverAsync(db, owner, cancellation);
        Account account = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = owner,
            DisplayName = name,
            Role = link?.Role ?? entry.Role,
            UserName = email,
            Email = email,
            CreatedAt = clock.GetUtcNow(),
            SignedInAt = clock.GetUtcNow(),
        };
        using UserManager<Account> users = identity.Manage(db);
        IdentityParts.Check(entry.Identity is null ? await users.CreateAsync(account, person.Password) : await users.CreateAsync(account));
        if (entry.Identity is { } provided)
        {
            logins.Add(db, account.Id, owner, provided);
        }

        if (link is not null)
        {
            link.AccountId = account.Id;
        }

        await db.SaveChangesAsync(cancellation);
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

    /// <summary>How somebody comes to an account.</summary>
    /// <param name="Invitation">The secret of the invitation; null without one.</param>
    /// <param name="Role">What they become without one.</param>
    /// <param name="Identity">Who they are at the provider, which opens the account then; null for somebody with a password.</param>
    private sealed record Entry(string? Invitation, SiteRole Role = SiteRole.Viewer, ProviderIdentity? Identity = null);
}

/// <summary>Somebody who gets an account.</summary>
/// <param name="Name">What others see.</param>
/// <param name="Email">The name for signing in; a verified one of the provider is taken instead.</param>
/// <param name="Password">The password; whoever comes by the provider has none.</param>
/// <param name="TakeOver">Whether the account takes over what this browser made without one.</param>
public sealed record NewPerson(string Name, string Email, string Password, bool TakeOver);
