using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;

namespace Sida.Web.Review.Segment;

/// <summary>SAM over HTTP, for the editor and for programs.</summary>
internal static class SegmentRoutes
{
    /// <summary>A request may carry a mask: the code of noise in a large picture is some megabytes.</summary>
    private const long MaxRequest = 8L << 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/review/items/{id:guid}/segment").WithTags("Review");
        group.MapPost("/", SegmentAsync).WithSummary("Masks from clicks, a box, or a mask to refine")
            .WithDescription("Places are pixels of the upright picture. Up to three masks come back, best first.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequest));
        group.MapPost("/prepare", PrepareAsync).WithSummary("Get the item's picture ready, so that the first click is answered at once")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Ok<SegmentAnswer>> SegmentAsync(Caller caller, Guid id, SegmentRequest request, SegmentService segments, CancellationToken cancellation) =>
        TypedResults.Ok(await segments.SegmentAsync(caller, id, request, cancellation));

    private static async Task<NoContent> PrepareAsync(Caller caller, Guid id, PrepareRequest? request, SegmentService segments, CancellationToken cancellation)
    {
        await segments.PrepareAsync(caller, id, request?.Model, cancellation);
        return TypedResults.NoContent();
    }
}
