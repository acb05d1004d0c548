using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;
using Sida.Web.Review.Quality;

namespace Sida.Web.Review.Api;

/// <summary>What a project's work is worth, in numbers.</summary>
internal static class QualityRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/review/projects/{id:guid}").WithTags("Review quality");
        group.MapGet("/dashboard", DashboardAsync).WithSummary("Throughput, return rate, time per item, model against experts (reviewers); ?days=30, ?model=NAME").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/agreement", AgreementAsync).WithSummary("How much annotators agree where several annotate an item (reviewers)").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/honeypots", HoneypotsAsync).WithSummary("How people did on items whose answer is known (managers)").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/audit", AuditAsync).WithSummary("The audit log, the newest first (managers); ?item=ID for one item (reviewers), ?before=ENTRY for those before").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Dashboard>> DashboardAsync(Caller caller, Guid id, DashboardService dashboard, int days = 30, string? model = null, CancellationToken cancellation = default) =>
        TypedResults.Ok(await dashboard.GetAsync(caller, id, days, model, cancellation));

    private static async Task<Ok<Agreement>> AgreementAsync(Caller caller, Guid id, AgreementService agreement, CancellationToken cancellation) =>
        TypedResults.Ok(await agreement.GetAsync(caller, id, cancellation));

    private static async Task<Ok<HoneypotReport>> HoneypotsAsync(Caller caller, Guid id, HoneypotService honeypots, CancellationToken cancellation) =>
        TypedResults.Ok(await honeypots.GetAsync(caller, id, cancellation));

    private static async Task<Ok<IReadOnlyList<AuditView>>> AuditAsync(
        Caller caller, Guid id, AuditService audit, Guid? item = null, Guid? before = null, int take = 50, CancellationToken cancellation = default) =>
        TypedResults.Ok(await audit.ListAsync(caller, id, item, before, take, cancellation));
}
