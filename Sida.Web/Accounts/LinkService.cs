using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>Links that administrators make for others: to join, or to choose a new password. Each works once.</summary>
internal sealed class LinkService(AccessService access, TimeProvider clock)
{
    private const int MaxOpen = 500;
    private const int MaxShown = 100;
    private const int MaxNoteLength = 120;
    private const int MaxDays = 90;

    /// <summary>A link to a new password is as good as the password, so it lives shortly.</summary>
    private static readonly TimeSpan PasswordLinkLife = TimeSpan.FromDays(1);

    /// <summary>Makes an invitation.</summary>
    /// <exception cref="RequestException">No role, or too long a note or life.</exception>
    public async Task<NewLink> InviteAsync(Caller caller, string note, SiteRole role, int days, CancellationToken cancellation)
    {
        note = StoredText.Check(note.Trim(), "The name");
        if (note.Length is 0 or > MaxNoteLength)
        {
            throw new RequestException($"Say for whom the invitation is, in up to {MaxNoteLength} characters.");
        }

        if (role == SiteRole.Visitor || !Enum.IsDefined(role) || days is < 1 or > MaxDays)
        {
            throw new RequestException($"An invitation needs a role, and works for 1 to {MaxDays} days.");
        }

        await using SidaDb db = access.OpenPeople(caller);
        return await MakeAsync(db, caller, note, TimeSpan.FromDays(days), role, null, cancellation);
    }

    /// <summary>Makes a link with which somebody chooses a new password.</summary>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    public async Task<NewLink> MakeResetAsync(Caller caller, Guid accountId, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenPeople(caller);
        Account account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(row => row.Id == accountId, cancellation) ?? throw new NotFoundException("There is no such account.");
        return await MakeAsync(db, caller, account.DisplayName, PasswordLinkLife, null, account.Id, cancellation);
    }

    /// <summary>The newest links, used ones included.</summary>
    public async Task<IReadOnlyList<LinkView>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenPeople(caller);
        DateTimeOffset now = clock.GetUtcNow();
        var rows = await db.AccountLinks.AsNoTracking().OrderByDescending(row => row.CreatedAt).Take(MaxShown)
            .Select(row => new { Link = row, By = db.Accounts.Where(account => account.OwnerId == row.OwnerId).Select(account => account.DisplayName).FirstOrDefault() })
            .ToListAsync(cancellation);
        return [.. rows.Select(row => View(row.Link, row.By ?? "", now))];
    }

    /// <summary>Takes a link out of use.</summary>
    /// <exception cref="NotFoundException">There is none, or it was used.</exception>
    public async Task RevokeAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenPeople(caller);
        DateTimeOffset now = clock.GetUtcNow();
        if (await db.AccountLinks.Where(row => row.Id == id && row.UsedAt == null && row.RevokedAt == null)
            .ExecuteUpdateAsync(change => change.SetProperty(row => row.RevokedAt, now), cancellation) == 0)
        {
            throw new NotFoundException("There is no such link, or it was used already.");
        }
    }

    /// <summary>What a link leads to, for those who have it.</summary>
    /// <exception cref="NotFoundException">It does not work (any more).</exception>
    public async Task<LinkView> FindAsync(string secret, bool joining, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        DateTimeOffset now = clock.GetUtcNow();
        AccountLink link = await Working(db, secret, joining, now).AsNoTracking().FirstOrDefaultAsync(cancellation) ?? throw Dead();
        return View(link, "", now);
    }

    /// <summary>Uses a link up. Of two who try at the same moment one succeeds.</summary>
    /// <exception cref="NotFoundException">It does not work (any more).</exception>
    public static async Task<AccountLink> UseAsync(SidaDb db, string secret, bool joining, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await Working(db, secret, joining, now).ExecuteUpdateAsync(change => change.SetProperty(row => row.UsedAt, now), cancellation) == 0)
        {
            throw Dead();
        }

        string hash = LinkSecret.HashOf(secret);
        return await db.AccountLinks.SingleAsync(row => row.Hash == hash, cancellation);
    }

    private static IQueryable<AccountLink> Working(SidaDb db, string secret, bool joining, DateTimeOffset now)
    {
        string hash = LinkSecret.HashOf(secret);
        return db.AccountLinks.Where(row => row.Hash == hash && row.UsedAt == null && row.RevokedAt == null && row.ExpiresAt > now && (row.Role != null) == joining);
    }

    private static NotFoundException Dead() => new("This link does not work: it was used already, was withdrawn or has expired. Ask an administrator for a new one.");

    private async Task<NewLink> MakeAsync(SidaDb db, Caller caller, string note, TimeSpan life, SiteRole? role, Guid? account, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (await db.AccountLinks.CountAsync(row => row.UsedAt == null && row.RevokedAt == null && row.ExpiresAt > now, cancellation) >= MaxOpen)
        {
            throw new LimitException($"There are {MaxOpen} open links. Withdraw some first.");
        }

        string secret = LinkSecret.New();
        AccountLink link = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            Hash = LinkSecret.HashOf(secret),
            Note = note,
            Role = role,
            AccountId = account,
            CreatedAt = now,
            ExpiresAt = now + life,
        };
        db.AccountLinks.Add(link);
        await db.SaveChangesAsync(cancellation);
        return new NewLink(View(link, "", now), secret);
    }

    private static LinkView View(AccountLink link, string by, DateTimeOffset now) =>
        new(link.Id, link.Note, link.Role, by, link.CreatedAt, link.ExpiresAt, link switch
        {
            { UsedAt: not null } => LinkState.Used,
            { RevokedAt: not null } => LinkState.Withdrawn,
            _ => link.ExpiresAt <= now ? LinkState.Expired : LinkState.Open,
        });
}

/// <summary>What became of a link.</summary>
internal enum LinkState
{
    Open,
    Used,
    Withdrawn,
    Expired,
}

/// <summary>A link as administrators see it later.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Note">For whom it is.</param>
/// <param name="Role">The role of who joins; null for a new password.</param>
/// <param name="MadeBy">The administrator.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops to work.</param>
/// <param name="State">What became of it.</param>
internal sealed record LinkView(Guid Id, string Note, SiteRole? Role, string MadeBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, LinkState State);

/// <summary>A link that was just made.</summary>
/// <param name="Link">What will be known of it later.</param>
/// <param name="Secret">The end of its address, shown once.</param>
internal sealed record NewLink(LinkView Link, string Secret);
