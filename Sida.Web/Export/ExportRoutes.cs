using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;

namespace Sida.Web.Export;

/// <summary>Downloads of a conversation.</summary>
internal static class ExportRoutes
{
    /// <summary>The report needs its own pictures and its own style, and nothing else in the world.</summary>
    private const string ReportPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-modals";

    public static void Map(IEndpointRouteBuilder conversations)
    {
        conversations.MapGet("/{id:guid}/export.zip", ZipAsync).WithSummary("Everything: JSON, pictures, masks, report")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(StatusCodes.Status404NotFound);
        conversations.MapGet("/{id:guid}/report.html", ReportAsync).WithSummary("A printable report")
            .Produces(StatusCodes.Status200OK, contentType: "text/html").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<FileStreamHttpResult> ZipAsync(Caller caller, Guid id, ExportService export, CancellationToken cancellation)
    {
        ExportedConversation conversation = await export.LoadAsync(caller, id, cancellation);
        return TypedResults.File(await export.ZipAsync(conversation, cancellation), "application/zip", $"sida-{id}.zip");
    }

    private static async Task<ContentHttpResult> ReportAsync(Caller caller, Guid id, ExportService export, HttpContext context, CancellationToken cancellation)
    {
        ExportedConversation conversation = await export.LoadAsync(caller, id, cancellation);
        context.Response.Headers.ContentSecurityPolicy = ReportPolicy;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(await export.ReportAsync(conversation, cancellation), "text/html; charset=utf-8");
    }
}
