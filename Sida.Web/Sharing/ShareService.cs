using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Sharing;

/// <summary>Read-only links to conversations. A link shows a snapshot; it dies when it is revoked, expires, or the conversation is deleted.</summary>
internal sealed class ShareService(AccessService access, ConversationService conversations, TimeProvider clock)
{
    private const int TokenBytes = 16;
    private const int MaxPerConversation = 50;

    /// <summary>Makes a link to a conversation as it is now.</summary>
    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    /// <exception cref="RequestException">An answer is still being written, or the time is over already.</exception>
    /// <exception cref="LimitException">There are many links to it already.</exception>
    public async Task<ShareView> CreateAsync(Caller caller, Guid conversationId, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Read | Permissions.Manage);
        DateTimeOffset now = clock.GetUtcNow();
        if (expiresAt <= now)
        {
            throw new RequestException("The link would already have expired. Choose a later time, or none.");
        }

        ConversationView conversation = await conversations.GetAsync(caller, conversationId, cancellation);
        if (conversation.Turns.Any(turn => turn.Answer.IsBusy))
        {
            throw new RequestException("An answer is still being written. Share the conversation when it is complete.");
        }

        await using SidaDb db = access.Open(caller, Permissions.Manage);
        if (await db.Shares.CountAsync(row => row.ConversationId == conversationId && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now), cancellation) >= MaxPerConversation)
        {
            throw new LimitException($"There are already {MaxPerConversation} links to this conversation. Revoke one first.");
        }

        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        Share share = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            ConversationId = conversationId,
            Token = token,
            Snapshot = WebJson.Write(Snapshot(conversation, token, now)),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        db.Shares.Add(share);
        await db.SaveChangesAsync(cancellation);
        return View(share);
    }

    /// <summary>The working links of a caller, newest first; of one conversation, or of all when <paramref name="conversationId"/> is null.</summary>
    public async Task<IReadOnlyList<ShareView>> ListAsync(Caller caller, Guid? conversationId, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        List<Share> shares = await db.Shares.AsNoTracking()
            .Where(row => row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now) && (conversationId == null || row.ConversationId == conversationId))
            .OrderByDescending(row => row.CreatedAt).ToListAsync(cancellation);
        return [.. shares.Select(View)];
    }

    /// <summary>Makes a link stop to work, at once.</summary>
    /// <exception cref="NotFoundException">There is no such link.</exception>
    public async Task RevokeAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Manage);
        Share share = await db.Shares.FirstOrDefaultAsync(row => row.Id == id && row.RevokedAt == null, cancellation) ?? throw new NotFoundException("There is no such link.");
        share.RevokedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>What a link shows, to anybody who has it.</summary>
    /// <exception cref="NotFoundException">It does not work, or not any more.</exception>
    public async Task<SharedConversation> OpenAsync(string token, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using SidaDb db = access.OpenForServer();
        string? snapshot = await db.Shares.AsNoTracking()
            .Where(row => row.Token == token && row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now) && row.Conversation!.DeletedAt == null)
            .Select(row => row.Snapshot).FirstOrDefaultAsync(cancellation);
        return snapshot is null ? throw NotFound() : WebJson.Read<SharedConversation>(snapshot);
    }

    /// <summary>A mask that a link shows.</summary>
    /// <exception cref="NotFoundException">The link does not show it.</exception>
    public async Task<Mask> OpenMaskAsync(string token, int turn, int index, CancellationToken cancellation)
    {
        SharedTurn shown = Turn(await OpenAsync(token, cancellation), turn);
        await using SidaDb db = access.OpenForServer();
        return await db.Masks.AsNoTracking().FirstOrDefaultAsync(row => row.AnalysisId == shown.AnalysisId && row.Index == index, cancellation) ?? throw NotFound();
    }

    /// <summary>A turn that a link shows.</summary>
    /// <exception cref="NotFoundException">There is no such turn.</exception>
    public static SharedTurn Turn(SharedConversation conversation, int turn) => turn >= 0 && turn < conversation.Turns.Count ? conversation.Turns[turn] : throw NotFound();

    private static NotFoundException NotFound() => new("This link does not work, or not any more. Ask the person who gave it to you.");

    private static SharedConversation Snapshot(ConversationView conversation, string token, DateTimeOffset now) =>
        new(conversation.Title, now, [.. conversation.Turns.Select((turn, number) => Snapshot(turn, token, number))]);

    private static SharedTurn Snapshot(TurnView turn, string token, int number) => new(
        turn.Text,
        new SharedPicture(turn.Picture.Sha256, turn.Picture.Width, turn.Picture.Height, ShareRoutes.Picture(token, number)),
        turn.Answer.Id,
        turn.Answer.Document?.Model.Name ?? turn.Answer.Model,
        turn.Answer.State,
        turn.Answer.Verdict,
        turn.Answer.Probabilities,
        turn.Answer.Text,
        [.. turn.Answer.Masks.Select(mask => mask with { Url = ShareRoutes.Mask(token, number, mask.Index), OverlayUrl = ShareRoutes.Overlay(token, number, mask.Index) })],
        turn.Answer.IsTruncated,
        turn.Answer.IsContradiction,
        turn.Answer.FinishedAt);

    private static ShareView View(Share share) => new(share.Id, share.ConversationId, ShareRoutes.Page(share.Token), share.CreatedAt, share.ExpiresAt);
}
