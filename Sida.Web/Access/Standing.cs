using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access.Keys;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Access;

/// <summary>
/// Whether somebody still is who a cookie, a connection or an open page says. Accounts are read again every time, so a new role, a
/// disabled account and "sign out everywhere" hold from the next request on.
/// </summary>
internal sealed class Standing(AccessService access, ApiKeyService keys, TimeProvider clock)
{
    /// <summary>How long one stays signed in without coming back.</summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromDays(14);

    /// <summary>Writing "last seen" more often than this would make every request a write.</summary>
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromHours(1);

    /// <summary>The same principal with today's role and permissions; null when it stands for nobody any more.</summary>
    public async Task<ClaimsPrincipal?> RenewAsync(ClaimsPrincipal principal, CancellationToken cancellation)
    {
        if (principal.FindCaller() is not { } caller)
        {
            return null;
        }

        if (caller.ApiKeyId is { } key)
        {
            return await keys.IsUsableAsync(key, cancellation) ? principal : null;
        }

        string scheme = principal.Identity!.AuthenticationType!;
        await using SidaDb db = access.OpenForServer();
        if (caller.AccountId is { } id)
        {
            Account? account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellation);
            bool same = account is not null && string.Equals(account.SecurityStamp, principal.FindStamp(), StringComparison.Ordinal);
            return same && await IsOpenAsync(db, principal.FindSession(), cancellation)
                ? access.CallerOf(account!)?.ToPrincipal(scheme, account!.SecurityStamp, principal.FindSession())
                : null;
        }

        // What an account has taken over is no longer open to the bare browser.
        bool taken = await db.Accounts.AnyAsync(row => row.OwnerId == caller.OwnerId, cancellation);
        return taken ? null : (caller with { Permissions = access.PermissionsOf(SiteRole.Visitor), Role = SiteRole.Visitor }).ToPrincipal(scheme);
    }

    private async Task<bool> IsOpenAsync(SidaDb db, Guid? session, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset? seen = await db.AccountSessions.Where(row => row.Id == session).Select(row => (DateTimeOffset?)row.SeenAt).FirstOrDefaultAsync(cancellation);
        if (seen is null || now - seen > SessionLife)
        {
            return false;
        }

        if (now - seen > SeenPrecision)
        {
            await db.AccountSessions.Where(row => row.Id == session).ExecuteUpdateAsync(change => change.SetProperty(row => row.SeenAt, now), cancellation);
        }

        return true;
    }
}
