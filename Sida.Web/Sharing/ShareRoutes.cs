using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;

namespace Sida.Web.Sharing;

/// <summary>Links: made and revoked by their owner, and what they show, which is open to whoever has the link.</summary>
internal static class ShareRoutes
{
    public static string Page(string token) => $"/s/{token}";

    public static string Picture(string token, int turn) => $"/s/{token}/turns/{turn}/picture.jpg";

    public static string Mask(string token, int turn, int index) => $"/s/{token}/turns/{turn}/masks/{index}.png";

    public static string Overlay(string token, int turn, int index) => $"/s/{token}/turns/{turn}/masks/{index}/overlay.jpg";

    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/shares").WithTags("Shares");
        group.MapPost("/", CreateAsync).WithSummary("Make a read-only link to a conversation as it is now").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/", ListAsync).WithSummary("The working links");
        group.MapDelete("/{id:guid}", RevokeAsync).WithSummary("Revoke a link").ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static void MapOpen(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder group = app.MapGroup("/s/{token}/turns/{turn:int}").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/picture.jpg", PictureAsync);
        group.MapGet("/masks/{index:int}.png", MaskAsync);
        group.MapGet("/masks/{index:int}/overlay.jpg", OverlayAsync);
    }

    private static async Task<Created<ShareView>> CreateAsync(Caller caller, ShareRequest request, ShareService shares, CancellationToken cancellation)
    {
        ShareView share = await shares.CreateAsync(caller, request.ConversationId, request.ExpiresAt, cancellation);
        return TypedResults.Created(share.Url, share);
    }

    private static async Task<Ok<IReadOnlyList<ShareView>>> ListAsync(Caller caller, ShareService shares, Guid? conversationId, CancellationToken cancellation) =>
        TypedResults.Ok(await shares.ListAsync(caller, conversationId, cancellation));

    private static async Task<NoContent> RevokeAsync(Caller caller, Guid id, ShareService shares, CancellationToken cancellation)
    {
        await shares.RevokeAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> PictureAsync(string token, int turn, ShareService shares, PictureStore store, HttpContext context, CancellationToken cancellation)
    {
        SharedTurn shown = ShareService.Turn(await shares.OpenAsync(token, cancellation), turn);
        Unlisted(context);
        return TypedResults.PhysicalFile(store.CopyPath(shown.Picture.Sha256, PictureCopy.Display), "image/jpeg");
    }

    private static async Task<IResult> MaskAsync(string token, int turn, int index, ShareService shares, HttpContext context, CancellationToken cancellation)
    {
        Mask mask = await shares.OpenMaskAsync(token, turn, index, cancellation);
        Unlisted(context);
        return TypedResults.Bytes(MaskPictures.Png(mask), "image/png");
    }

    private static async Task<IResult> OverlayAsync(string token, int turn, int index, ShareService shares, MaskPictures masks, HttpContext context, CancellationToken cancellation)
    {
        Mask mask = await shares.OpenMaskAsync(token, turn, index, cancellation);
        SharedTurn shown = ShareService.Turn(await shares.OpenAsync(token, cancellation), turn);
        Unlisted(context);
        return TypedResults.Bytes(await masks.OverlayAsync(mask, shown.Picture.Sha256, cancellation), "image/jpeg");
    }

    /// <summary>A revoked link must not live on in caches, nor any link in search engines.</summary>
    private static void Unlisted(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
    }
}

/// <summary>A link to be made.</summary>
/// <param name="ConversationId">To what.</param>
/// <param name="ExpiresAt">When it stops to work; never when absent.</param>
public sealed record ShareRequest(Guid ConversationId, DateTimeOffset? ExpiresAt = null);
