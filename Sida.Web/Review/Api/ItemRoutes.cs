using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Api;

/// <summary>One item: seeing, reserving, saving, deciding, commenting.</summary>
internal static class ItemRoutes
{
    /// <summary>The codes of all masks of an annotation, and its text.</summary>
    private const long MaxAnnotation = 8L << 20;

    public static void Map(IEndpointRouteBuilder api, long maxUpload)
    {
        RouteGroupBuilder item = api.MapGroup("/review/items/{id:guid}").WithTags("Review");
        Described(item.MapGet("/", GetAsync), "An item with the model's annotation, the latest version, comments and guidelines")
            .WithDescription("Masks are COCO run-length codes of the picture's size. `latest` is the number to base the next save on. Reviewers choose an annotator's line by ?line=.");
        Described(item.MapPost("/take", TakeAsync), "Reserve the item, to annotate it or to decide about it").ProducesProblem(StatusCodes.Status409Conflict);
        Described(item.MapPost("/release", ReleaseAsync), "Give the item back; what was saved is kept");
        Files(item, maxUpload);
        Versions(item);
        Comments(item);
    }

    private static void Files(RouteGroupBuilder item, long maxUpload)
    {
        Described(item.MapGet("/picture", PictureAsync), "The picture, upright and without metadata; smaller with ?longest=PIXELS").Produces(StatusCodes.Status200OK, contentType: "image/jpeg");
        Described(item.MapGet("/mask.png", MaskAsync), "The latest mask, 255 where the picture was tampered with").Produces(StatusCodes.Status200OK, contentType: "image/png");
        Described(item.MapGet("/model-mask.png", ModelMaskAsync), "The model's mask").Produces(StatusCodes.Status200OK, contentType: "image/png");
        Described(item.MapGet("/versions/{number:int}/mask.png", VersionMaskAsync), "The mask of a version").Produces(StatusCodes.Status200OK, contentType: "image/png");
        Described(item.MapPut("/mask.png", PutMaskAsync), "Save a mask as a picture into your draft, based on version ?basedOn=")
            .WithDescription("White is marked, black is not; the size is the picture's.").Accepts<Stream>("image/png", "image/*")
            .ProducesProblem(StatusCodes.Status409Conflict).WithMetadata(new RequestSizeLimitAttribute(maxUpload + 1));
    }

    private static void Versions(RouteGroupBuilder item)
    {
        Saves(Described(item.MapPut("/draft", DraftAsync), "Keep work that goes on, as a version. The same again is not saved again"));
        Saves(Described(item.MapPost("/versions", SaveAsync), "Save a version"));
        Saves(Described(item.MapPost("/submit", SubmitAsync), "Hand the annotation in; without one: the latest version, or the model's annotation, is right"));
        Saves(Described(item.MapPost("/accept", AcceptAsync), "Accept an annotation, corrected at once where one is given (reviewers)"));
        Saves(Described(item.MapPost("/return", ReturnAsync), "Send an annotation back with a reason (reviewers)"));
        Saves(Described(item.MapPost("/restore", RestoreAsync), "Make an earlier version the latest again, as a new one"));
        Described(item.MapGet("/versions", VersionsAsync), "The versions, newest first, 50 at most; ?before=NUMBER for those before");
        Described(item.MapGet("/versions/{number:int}", VersionAsync), "One version with what it changed");
    }

    private static void Comments(RouteGroupBuilder item)
    {
        Described(item.MapGet("/comments", CommentsAsync), "The comments on the item");
        Described(item.MapPost("/comments", CommentAsync), "Write a comment, pinned to a place of the picture or not").ProducesProblem(StatusCodes.Status400BadRequest);
        Described(item.MapPatch("/comments/{comment:guid}", ResolveAsync), "Settle a comment, or open it again");
        Described(item.MapDelete("/comments/{comment:guid}", DeleteCommentAsync), "Take a comment back").ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static RouteHandlerBuilder Described(RouteHandlerBuilder route, string summary) => route.WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    private static void Saves(RouteHandlerBuilder route) => route
        .WithDescription("`basedOn` is the number of the latest version that you know, 0 for none. When another is the latest, the answer is 409 with `latest` and `yours`.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).WithMetadata(new RequestSizeLimitAttribute(MaxAnnotation));

    private static async Task<Ok<ItemView>> GetAsync(Caller caller, Guid id, ItemService items, Guid? line = null, CancellationToken cancellation = default) =>
        TypedResults.Ok(await items.GetAsync(caller, id, line, cancellation));

    private static async Task<Ok<ItemView>> TakeAsync(Caller caller, Guid id, TakingService taking, CancellationToken cancellation) =>
        TypedResults.Ok(await taking.TakeAsync(caller, id, cancellation));

    private static async Task<NoContent> ReleaseAsync(Caller caller, Guid id, TakingService taking, CancellationToken cancellation)
    {
        await taking.ReleaseAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static Task<IResult> PictureAsync(Caller caller, Guid id, ItemFiles files, int? longest = null, CancellationToken cancellation = default) => files.PictureAsync(caller, id, longest, cancellation);

    private static Task<IResult> MaskAsync(Caller caller, Guid id, ItemFiles files, Guid? line = null, CancellationToken cancellation = default) => files.MaskAsync(caller, id, line, cancellation);

    private static Task<IResult> ModelMaskAsync(Caller caller, Guid id, ItemFiles files, CancellationToken cancellation) => files.ModelMaskAsync(caller, id, cancellation);

    private static Task<IResult> VersionMaskAsync(Caller caller, Guid id, int number, ItemFiles files, Guid? line = null, CancellationToken cancellation = default) =>
        files.VersionMaskAsync(caller, id, line, number, cancellation);

    private static async Task<Ok<VersionView>> PutMaskAsync(
        Caller caller, Guid id, HttpRequest request, ItemFiles files, int basedOn = 0, Guid? line = null, CancellationToken cancellation = default) =>
        TypedResults.Ok(await files.SaveMaskAsync(caller, id, line, basedOn, request.Body, cancellation));

    private static async Task<Ok<VersionView>> DraftAsync(Caller caller, Guid id, SaveRequest request, EditingService editing, CancellationToken cancellation) =>
        TypedResults.Ok(await editing.SaveAsync(caller, id, request.Annotation, request.BasedOn, draft: true, request.LineId, cancellation));

    private static async Task<Ok<VersionView>> SaveAsync(Caller caller, Guid id, SaveRequest request, EditingService editing, CancellationToken cancellation) =>
        TypedResults.Ok(await editing.SaveAsync(caller, id, request.Annotation, request.BasedOn, draft: false, request.LineId, cancellation));

    private static async Task<Ok<VersionView>> SubmitAsync(Caller caller, Guid id, DecideRequest request, EditingService editing, CancellationToken cancellation) =>
        TypedResults.Ok(await editing.SubmitAsync(caller, id, request.Annotation, request.BasedOn, cancellation));

    private static async Task<NoContent> AcceptAsync(Caller caller, Guid id, DecideRequest request, DecisionService decisions, CancellationToken cancellation)
    {
        await decisions.AcceptAsync(caller, id, request.BasedOn, request.Annotation, request.LineId, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReturnAsync(Caller caller, Guid id, ReturnRequest request, DecisionService decisions, CancellationToken cancellation)
    {
        await decisions.ReturnAsync(caller, id, request.BasedOn, request.Reason, request.LineId, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<VersionView>> RestoreAsync(Caller caller, Guid id, RestoreRequest request, EditingService editing, CancellationToken cancellation) =>
        TypedResults.Ok(await editing.RestoreAsync(caller, id, request.Number, request.LineId, cancellation));

    private static async Task<Ok<IReadOnlyList<VersionView>>> VersionsAsync(
        Caller caller, Guid id, EditingService editing, Guid? line = null, int? before = null, int take = VersionReader.MaxTake, CancellationToken cancellation = default) =>
        TypedResults.Ok(await editing.VersionsAsync(caller, id, line, before, take, cancellation));

    private static async Task<Ok<VersionView>> VersionAsync(Caller caller, Guid id, int number, EditingService editing, Guid? line = null, CancellationToken cancellation = default) =>
        TypedResults.Ok(await editing.VersionAsync(caller, id, line, number, cancellation));

    private static async Task<Ok<IReadOnlyList<CommentView>>> CommentsAsync(Caller caller, Guid id, CommentService comments, CancellationToken cancellation) =>
        TypedResults.Ok(await comments.ListAsync(caller, id, cancellation));

    private static async Task<Created<CommentView>> CommentAsync(Caller caller, Guid id, NewComment comment, CommentService comments, CancellationToken cancellation)
    {
        CommentView written = await comments.AddAsync(caller, id, comment, cancellation);
        return TypedResults.Created(written.Url, written);
    }

    private static async Task<NoContent> ResolveAsync(Caller caller, Guid id, Guid comment, CommentChange change, CommentService comments, CancellationToken cancellation)
    {
        await comments.ResolveAsync(caller, id, comment, change.Resolved, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteCommentAsync(Caller caller, Guid id, Guid comment, CommentService comments, CancellationToken cancellation)
    {
        await comments.DeleteAsync(caller, id, comment, cancellation);
        return TypedResults.NoContent();
    }
}
