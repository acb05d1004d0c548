using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Review.Api;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>Exports, imports and runs of models over HTTP.</summary>
internal static class ExchangeRoutes
{
    public static void Map(IEndpointRouteBuilder api, long maxUpload)
    {
        RouteGroupBuilder group = api.MapGroup("/review/projects/{id:guid}").WithTags("Review");
        group.MapGet("/exports", (Caller caller, Guid id, ExchangeService exchange, CancellationToken cancellation) => ListAsync(caller, id, exchange, job => job.Export is not null, cancellation))
            .WithSummary("Exports of a project, newest first").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/exports", ExportAsync).WithSummary("Export the accepted items")
            .WithDescription("202 with the job; ask for it again until its state is finished, then fetch its file.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/exports/plan", PlanAsync).WithSummary("What an export would have, and what it can't have and why")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/imports", (Caller caller, Guid id, ExchangeService exchange, CancellationToken cancellation) => ListAsync(caller, id, exchange, job => job.Import is not null, cancellation))
            .WithSummary("Imports of a project, newest first").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/imports", ImportAsync).WithSummary("Import a zip")
            .WithDescription($"The body is the zip; the header {PictureRoutes.FileNameHeader} may hold its name, percent-encoded. Pictures that are items already are passed over.")
            .Accepts<Stream>("application/zip", "application/octet-stream").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithMetadata(new RequestSizeLimitAttribute(maxUpload + 1));
        group.MapPost("/imports/folder", ImportFolderAsync).WithSummary("Import one of the server's folders")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/model-runs", (Caller caller, Guid id, ExchangeService exchange, CancellationToken cancellation) => ListAsync(caller, id, exchange, job => job.Ask is not null, cancellation))
            .WithSummary("Runs of models over the queue, newest first").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/model-runs", AskAsync).WithSummary("Ask a model about items that are in the queue")
            .WithDescription("Items by itemIds or by filter ({} for all). What the same package has said already is passed over, what somebody works on is left out; experts' versions stay, the model's answer before is kept.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        foreach (string kind in (string[])["exports", "imports", "model-runs"])
        {
            group.MapGet($"/{kind}/{{job:guid}}", GetAsync).WithSummary("One of them, and how far it is").ProducesProblem(StatusCodes.Status404NotFound);
            group.MapPost($"/{kind}/{{job:guid}}/stop", StopAsync).WithSummary("Stop it; what an import has added or a model has answered stays").ProducesProblem(StatusCodes.Status404NotFound);
            group.MapDelete($"/{kind}/{{job:guid}}", RemoveAsync).WithSummary("Forget it when it is over, its archive included").ProducesProblem(StatusCodes.Status404NotFound);
        }

        group.MapGet("/exports/{job:guid}/file", FileAsync).WithSummary("The archive that an export made")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The address of an archive.</summary>
    public static string File(Guid project, Guid job) => $"/api/review/projects/{project}/exports/{job}/file";

    /// <summary>The address to which zips are sent.</summary>
    public static string Imports(Guid project) => $"/api/review/projects/{project}/imports";

    private static async Task<Ok<JobList>> ListAsync(Caller caller, Guid id, ExchangeService exchange, Func<ExchangeJob, bool> which, CancellationToken cancellation) =>
        TypedResults.Ok(new JobList([.. (await exchange.ListAsync(caller, id, cancellation)).Where(which)]));

    private static async Task<Accepted<ExchangeJob>> ExportAsync(Caller caller, Guid id, ExportOrder order, ExchangeService exchange, CancellationToken cancellation)
    {
        ExchangeJob job = await exchange.ExportAsync(caller, id, order, cancellation);
        return TypedResults.Accepted($"/api/review/projects/{id}/exports/{job.Id}", job);
    }

    private static async Task<Ok<ExportPlan>> PlanAsync(Caller caller, Guid id, ExportOrder order, ExchangeService exchange, CancellationToken cancellation) =>
        TypedResults.Ok(await exchange.PlanAsync(caller, id, order, cancellation));

    private static async Task<Accepted<ExchangeJob>> ImportAsync(
        Caller caller,
        Guid id,
        HttpRequest request,
        ExchangeService exchange,
        [FromQuery] NamedValue<ReviewFormat>? format = null,
        [FromQuery] NamedValue<AnnotationUse>? use = null,
        [FromQuery] bool askModel = false,
        [FromQuery] string? model = null,
        CancellationToken cancellation = default)
    {
        string name = Uri.UnescapeDataString(request.Headers[PictureRoutes.FileNameHeader].ToString());
        ImportOrder order = new(format?.Value, use?.Value ?? AnnotationUse.Begin, askModel, model);
        ExchangeJob job = await exchange.ImportAsync(caller, id, order, request.Body, name, cancellation);
        return TypedResults.Accepted($"/api/review/projects/{id}/imports/{job.Id}", job);
    }

    private static async Task<Accepted<ExchangeJob>> ImportFolderAsync(Caller caller, Guid id, ImportOrder order, ExchangeService exchange, CancellationToken cancellation)
    {
        ExchangeJob job = await exchange.ImportAsync(caller, id, order, cancellation);
        return TypedResults.Accepted($"/api/review/projects/{id}/imports/{job.Id}", job);
    }

    private static async Task<Accepted<ExchangeJob>> AskAsync(Caller caller, Guid id, AskOrder order, ExchangeService exchange, CancellationToken cancellation)
    {
        ExchangeJob job = await exchange.AskAsync(caller, id, order, cancellation);
        return TypedResults.Accepted($"/api/review/projects/{id}/model-runs/{job.Id}", job);
    }

    private static async Task<Ok<ExchangeJob>> GetAsync(Caller caller, Guid id, Guid job, ExchangeService exchange, CancellationToken cancellation) =>
        TypedResults.Ok(await exchange.GetAsync(caller, id, job, cancellation));

    private static async Task<NoContent> StopAsync(Caller caller, Guid id, Guid job, ExchangeService exchange, CancellationToken cancellation)
    {
        await exchange.StopAsync(caller, id, job, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(Caller caller, Guid id, Guid job, ExchangeService exchange, CancellationToken cancellation)
    {
        await exchange.RemoveAsync(caller, id, job, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<PhysicalFileHttpResult> FileAsync(Caller caller, Guid id, Guid job, ExchangeService exchange, CancellationToken cancellation)
    {
        (string path, string name) = await exchange.ArchiveAsync(caller, id, job, cancellation);
        return TypedResults.PhysicalFile(path, "application/zip", name, enableRangeProcessing: true);
    }
}

/// <summary>Exports, imports or runs of models.</summary>
/// <param name="Jobs">Newest first.</param>
public sealed record JobList(IReadOnlyList<ExchangeJob> Jobs);
