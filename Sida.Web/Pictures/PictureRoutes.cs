using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Sida.Web.Access;

namespace Sida.Web.Pictures;

/// <summary>Uploads by plain HTTP, and the copies that are shown. The uploaded bytes themselves are never served.</summary>
internal static class PictureRoutes
{
    public const string FileNameHeader = "X-File-Name";

    public static void Map(IEndpointRouteBuilder api, long maxUpload)
    {
        RouteGroupBuilder group = api.MapGroup("/pictures").WithTags("Pictures");
        group.MapPost("/", UploadAsync).WithSummary("Upload a picture")
            .WithDescription($"The body is the file itself; the header {FileNameHeader} holds its name, percent-encoded. The same bytes again give the same picture.")
            .Accepts<Stream>("application/octet-stream", "image/*").ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithMetadata(new RequestSizeLimitAttribute(maxUpload + 1));
        group.MapPost("/from-url", FetchAsync).WithSummary("Fetch a picture from a public address")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/{id:guid}", (Caller caller, Guid id, PictureService pictures, PictureStore store, CancellationToken cancellation) =>
            CopyAsync(caller, id, PictureCopy.Display, pictures, store, cancellation))
            .WithSummary("A copy for reading, without metadata").Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id:guid}/thumbnail", (Caller caller, Guid id, PictureService pictures, PictureStore store, CancellationToken cancellation) =>
            CopyAsync(caller, id, PictureCopy.Thumbnail, pictures, store, cancellation))
            .WithSummary("A small copy").Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>What may be kept by the browser that asked, and by nobody on the way.</summary>
    public static IResult Immutable(byte[] bytes, string contentType, string tag) => new PrivateFile(TypedResults.Bytes(bytes, contentType, entityTag: Tag(tag)));

    /// <summary>The same for a file on disk.</summary>
    public static IResult Immutable(string path, string contentType, string tag) => new PrivateFile(TypedResults.PhysicalFile(path, contentType, entityTag: Tag(tag)));

    public static EntityTagHeaderValue Tag(string tag) => new($"\"{tag}\"");

    /// <summary>The body is the file itself; its name, percent-encoded, is in a header. Larger than allowed is refused while it arrives.</summary>
    private static async Task<Created<PictureView>> UploadAsync(Caller caller, HttpRequest request, PictureService pictures, CancellationToken cancellation)
    {
        string name = Uri.UnescapeDataString(request.Headers[FileNameHeader].ToString());
        PictureView picture = await pictures.AddAsync(caller, request.Body, name, cancellation);
        return TypedResults.Created(picture.DisplayUrl, picture);
    }

    private static async Task<Created<PictureView>> FetchAsync(Caller caller, FetchRequest request, PictureService pictures, CancellationToken cancellation)
    {
        PictureView picture = await pictures.AddFromUrlAsync(caller, request.Url, cancellation);
        return TypedResults.Created(picture.DisplayUrl, picture);
    }

    private static async Task<IResult> CopyAsync(Caller caller, Guid id, PictureCopy copy, PictureService pictures, PictureStore store, CancellationToken cancellation)
    {
        PictureView picture = await pictures.GetAsync(caller, id, cancellation);
        return new PrivateFile(TypedResults.PhysicalFile(store.CopyPath(picture.Sha256, copy), "image/jpeg", entityTag: Tag($"{picture.Sha256}-{copy}")));
    }

    /// <summary>A picture by its address.</summary>
    /// <param name="Url">Where the picture is.</param>
    public sealed record FetchRequest(string Url);

    private sealed class PrivateFile(IResult file) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            httpContext.Response.Headers.ContentDisposition = "inline";
            return file.ExecuteAsync(httpContext);
        }
    }
}
