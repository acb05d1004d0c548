using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;
using Sida.Web.Review.Api;

namespace Sida.Web.Review.Forensics;

/// <summary>Forensic helpers over HTTP.</summary>
internal static class ForensicsRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/review/items/{id:guid}/forensics").WithTags("Review");
        group.MapGet("/", ReadAsync).WithSummary("What the picture's file says: metadata, generator tags, content credentials, JPEG tables")
            .WithDescription("All of it can be removed or invented by anyone who had the file. Content credentials are found, not verified.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{view}.jpg", ViewAsync).WithSummary("A view that makes traces visible")
            .WithDescription("view: errorLevel, noise, red, green, blue, luminance, blueDifference, redDifference; gain (1..64) multiplies differences.")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The address of a view.</summary>
    public static string Address(Guid item, ForensicView view, int gain) =>
        FormattableString.Invariant($"/api/review/items/{item}/forensics/{char.ToLowerInvariant(view.ToString()[0])}{view.ToString()[1..]}.jpg?gain={gain}");

    private static async Task<Ok<PictureFacts>> ReadAsync(Caller caller, Guid id, ForensicsService forensics, CancellationToken cancellation) =>
        TypedResults.Ok(await forensics.ReadAsync(caller, id, cancellation));

    private static Task<IResult> ViewAsync(Caller caller, Guid id, NamedValue<ForensicView> view, ForensicsService forensics, [FromQuery] int gain = 16, CancellationToken cancellation = default) =>
        forensics.ViewAsync(caller, id, view.Value, gain, cancellation);
}
