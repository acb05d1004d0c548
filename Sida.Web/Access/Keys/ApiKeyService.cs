using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Access.Keys;

/// <summary>Makes, lists, revokes and recognises API keys.</summary>
internal sealed class ApiKeyService(AccessService access, TimeProvider clock, IOptions<AccessOptions> options)
{
    private const string Start = "sida_";
    private const int RandomBytes = 32;
    private const int PrefixLength = 12;
    private const int MaxNameLength = 80;

    /// <summary>Writing "last used" more often than this would make every request a write.</summary>
    private static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key. This is the only time that the key itself is seen.</summary>
    /// <exception cref="RequestException">The name is empty or too long, or no or too great a permission was asked for.</exception>
    /// <exception cref="LimitException">The owner has as many keys as are allowed.</exception>
    public async Task<NewApiKey> CreateAsync(Caller caller, string name, Permissions permissions, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        name = StoredText.Check(name.Trim(), "The name");
        if (name.Length is 0 or > MaxNameLength)
        {
            throw new RequestException($"An API key needs a name of 1 to {MaxNameLength} characters.");
        }

        const Permissions Grantable = Permissions.Read | Permissions.Analyze | Permissions.Manage | Permissions.Review;
        if (permissions == Permissions.None || (permissions & ~Grantable) != 0)
        {
            throw new RequestException($"An API key needs one or more of the permissions {Grantable}.");
        }

        if (expiresAt <= clock.GetUtcNow())
        {
            throw new RequestException("The key would already have expired. Choose a later time, or none.");
        }

        await using SidaDb db = await access.OpenToStoreAsync(caller, Permissions.Keys, cancellation);
        if (await db.ApiKeys.CountAsync(row => row.RevokedAt == null, cancellation) >= options.Value.MaxApiKeysPerOwner)
        {
            throw new LimitException($"There are already {options.Value.MaxApiKeysPerOwner} keys (Sida:Access:MaxApiKeysPerOwner). Revoke one first.");
        }

        string secret = Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        ApiKey key = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            Name = name,
            Prefix = secret[..PrefixLength],
            Hash = HashOf(secret),
            Permissions = permissions,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = expiresAt,
        };
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(cancellation);
        return new NewApiKey(View(key), secret);
    }

    /// <summary>The caller's keys, newest first.</summary>
    public async Task<IReadOnlyList<ApiKeyView>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Keys);
        List<ApiKey> keys = await db.ApiKeys.AsNoTracking().Where(row => row.RevokedAt == null).OrderByDescending(row => row.CreatedAt).ToListAsync(cancellation);
        return [.. keys.Select(View)];
    }

    /// <summary>Takes a key out of use, at once.</summary>
    /// <exception cref="NotFoundException">There is no such key.</exception>
    public async Task RevokeAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Keys);
        ApiKey key = await db.ApiKeys.FirstOrDefaultAsync(row => row.Id == id && row.RevokedAt == null, cancellation)
            ?? throw new NotFoundException("There is no such API key.");
        key.RevokedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Whose key this is; null when it is unknown, revoked or expired, or its owner is kept out. A program is what its owner is today.</summary>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (!secret.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        string hash = HashOf(secret);
        DateTimeOffset now = clock.GetUtcNow();
        await using SidaDb db = access.OpenForServer();
        ApiKey? key = await db.ApiKeys.FirstOrDefaultAsync(row => row.Hash == hash && row.RevokedAt == null, cancellation);
        if (key is null || key.ExpiresAt <= now)
        {
            return null;
        }

        Account? account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(row => row.OwnerId == key.OwnerId, cancellation);
        Caller? owner = account is null ? new Caller(key.OwnerId, access.PermissionsOf(SiteRole.Visitor)) : access.CallerOf(account);
        if (owner is null)
        {
            return null;
        }

        if (key.LastUsedAt is null || now - key.LastUsedAt > LastUsedPrecision)
        {
            key.LastUsedAt = now;
            await db.SaveChangesAsync(cancellation);
        }

        return owner with { Permissions = key.Permissions & owner.Permissions, ApiKeyId = key.Id };
    }

    /// <summary>Whether a key that opened a long connection may still be used.</summary>
    public async Task<bool> IsUsableAsync(Guid id, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using SidaDb db = access.OpenForServer();
        return await db.ApiKeys.AnyAsync(
            row => row.Id == id && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now)
                && !db.Accounts.Any(account => account.OwnerId == row.OwnerId && account.DisabledAt != null),
            cancellation);
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static ApiKeyView View(ApiKey key) => new(key.Id, key.Name, key.Prefix, key.Permissions, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}

/// <summary>An API key as its owner sees it later.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What its owner called it.</param>
/// <param name="Prefix">The first characters of the key.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops to work; never when null.</param>
/// <param name="LastUsedAt">When it was used last, to the minute; null for never.</param>
public sealed record ApiKeyView(
    Guid Id, string Name, string Prefix, Permissions Permissions, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A key that was just made.</summary>
/// <param name="Key">What will be known of it later.</param>
/// <param name="Secret">The key itself, shown once.</param>
public sealed record NewApiKey(ApiKeyView Key, string Secret);
