using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Accounts.OpenId;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>The browsers in which people are signed in: signing out ends a cookie at the server too, not only in the browser.</summary>
internal sealed class SessionService(AccessService access, AccountNews news, TimeProvider clock)
{
    /// <summary>Browsers in which one person can be signed in; the one that was used least lately gives way.</summary>
    private const int MaxOpen = 50;

    /// <summary>Begins a session.</summary>
    /// <returns>For the cookie.</returns>
    /// <exception cref="ForbiddenException">The account is disabled.</exception>
    public async Task<ClaimsPrincipal> BeginAsync(SidaDb db, Account account, SignInPlace place, CancellationToken cancellation)
    {
        Caller caller = access.CallerOf(account) ?? throw new ForbiddenException("This account was disabled. Ask an administrator.");
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset over = now - Standing.SessionLife;
        Guid[] kept = await db.AccountSessions.Where(row => row.AccountId == account.Id && row.SeenAt >= over).OrderByDescending(row => row.SeenAt).Take(MaxOpen - 1).Select(row => row.Id).ToArrayAsync(cancellation);
        await db.AccountSessions.Where(row => row.AccountId == account.Id && !kept.Contains(row.Id)).ExecuteDeleteAsync(cancellation);
        AccountSession session = new() { Id = Guid.CreateVersion7(), OwnerId = account.OwnerId, AccountId = account.Id, Browser = place.Browser, CreatedAt = now, SeenAt = now };
        db.AccountSessions.Add(session);
        await db.SaveChangesAsync(cancellation);
        return caller.ToPrincipal(AccountCookie.Scheme, account.SecurityStamp, session.Id);
    }

    /// <summary>The caller's sessions, the newest first.</summary>
    public async Task<IReadOnlyList<SessionView>> ListAsync(ClaimsPrincipal person, CancellationToken cancellation)
    {
        Guid? own = person.FindSession();
        DateTimeOffset over = clock.GetUtcNow() - Standing.SessionLife;
        await using SidaDb db = access.OpenAccount(person.FindCaller()!);
        return await db.AccountSessions.Where(row => row.SeenAt >= over).OrderByDescending(row => row.CreatedAt).Take(MaxOpen)
            .Select(row => new SessionView(row.Id, row.Browser, row.CreatedAt, row.SeenAt, row.Id == own)).ToListAsync(cancellation);
    }

    /// <summary>Ends one session of the caller.</summary>
    /// <exception cref="NotFoundException">There is no such session.</exception>
    public async Task EndAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenAccount(caller);
        if (await db.AccountSessions.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation) == 0)
        {
            throw new NotFoundException("That browser is signed out already.");
        }

        news.Tell(caller.OwnerId);
    }

    /// <summary>Ends the session of the browser that asks and takes its cookie away.</summary>
    public async Task EndHereAsync(HttpContext context)
    {
        if (context.User.FindCaller() is { AccountId: not null } caller && context.User.FindSession() is { } own)
        {
            await EndAsync(caller, own, context.RequestAborted);
        }

        await context.SignOutAsync(AccountCookie.Scheme);
        // Whoever uses this browser next must not find somebody whom the provider has just vouched for.
        await context.SignOutAsync(ProviderCookie.Scheme);
    }

    /// <summary>Ends all sessions of an account.</summary>
    public static Task<int> EndAllAsync(SidaDb db, Guid accountId, CancellationToken cancellation) =>
        db.AccountSessions.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellation);
}

/// <summary>A browser in which the caller is signed in.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Browser">What it is called.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="SeenAt">When it last asked for something, to the hour.</param>
/// <param name="IsThis">Whether it is the one that asks.</param>
internal sealed record SessionView(Guid Id, string Browser, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, bool IsThis);
