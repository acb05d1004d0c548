using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Review.Api;

/// <summary>Addresses that a project tells what happens (managers).</summary>
internal static class WebhookRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/review/projects/{id:guid}/webhooks").WithTags("Review webhooks");
        group.MapGet("/", ListAsync).WithSummary("The addresses that are told what happens").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/", AddAsync).WithSummary("Add an address; its secret is in this answer and never again")
            .WithDescription("Messages are signed: X-Sida-Signature is t=SECONDS,v1=HEX, where HEX is HMAC-SHA256 of \"SECONDS.BODY\" with the secret as key.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        RouteGroupBuilder one = group.MapGroup("/{webhook:guid}");
        one.MapPatch("/", ChangeAsync).WithSummary("Change what an address is told, or stop and start telling it").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapDelete("/", RemoveAsync).WithSummary("Remove an address").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/ping", PingAsync).WithSummary("Send a trial").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("/deliveries", DeliveriesAsync).WithSummary("The latest messages and what came of them").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/deliveries/{delivery:guid}/retry", RetryAsync).WithSummary("Send a message again that was given up").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<WebhookView>>> ListAsync(Caller caller, Guid id, WebhookService webhooks, CancellationToken cancellation) =>
        TypedResults.Ok(await webhooks.ListAsync(caller, id, cancellation));

    private static async Task<Created<AddedWebhook>> AddAsync(Caller caller, Guid id, NewWebhook webhook, WebhookService webhooks, CancellationToken cancellation)
    {
        AddedWebhook added = await webhooks.AddAsync(caller, id, webhook, cancellation);
        return TypedResults.Created($"/api/review/projects/{id}/webhooks/{added.Webhook.Id}", added);
    }

    private static async Task<Ok<WebhookView>> ChangeAsync(Caller caller, Guid id, Guid webhook, WebhookChange change, WebhookService webhooks, CancellationToken cancellation) =>
        TypedResults.Ok(await webhooks.ChangeAsync(caller, id, webhook, change, cancellation));

    private static async Task<NoContent> RemoveAsync(Caller caller, Guid id, Guid webhook, WebhookService webhooks, CancellationToken cancellation)
    {
        await webhooks.RemoveAsync(caller, id, webhook, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<PingAnswer>> PingAsync(Caller caller, Guid id, Guid webhook, WebhookService webhooks, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, new PingAnswer(await webhooks.PingAsync(caller, id, webhook, cancellation)));

    private static async Task<Ok<IReadOnlyList<DeliveryView>>> DeliveriesAsync(Caller caller, Guid id, Guid webhook, WebhookService webhooks, CancellationToken cancellation) =>
        TypedResults.Ok(await webhooks.DeliveriesAsync(caller, id, webhook, cancellation));

    private static async Task<NoContent> RetryAsync(Caller caller, Guid id, Guid webhook, Guid delivery, WebhookService webhooks, CancellationToken cancellation)
    {
        await webhooks.RetryAsync(caller, id, webhook, delivery, cancellation);
        return TypedResults.NoContent();
    }
}

/// <summary>A trial was sent.</summary>
/// <param name="DeliveryId">Names its message.</param>
public sealed record PingAnswer(Guid DeliveryId);
