using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Export;

namespace Sida.Web.Api;

/// <summary>Conversations for programs: find, read, ask on, delete, export.</summary>
internal static class ConversationRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/conversations").WithTags("Conversations");
        group.MapGet("/", ListAsync).WithSummary("The conversations, pinned ones first, then the newest; with ?search= those that match");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("One conversation at the branch that is shown").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/", AskAsync).WithSummary("Ask a question, in a new conversation or a given one")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests);
        group.MapPatch("/{id:guid}", ChangeAsync).WithSummary("Rename or pin a conversation, or choose its model")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete a conversation; for a while it can be restored").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id:guid}/restore", RestoreAsync).WithSummary("Take a deletion back").ProducesProblem(StatusCodes.Status404NotFound);
        ExportRoutes.Map(group);
    }

    private static async Task<Ok<IReadOnlyList<ConversationSummary>>> ListAsync(
        Caller caller, ConversationService conversations, [FromQuery] string search = "", [FromQuery] int skip = 0, [FromQuery] int take = 50, CancellationToken cancellation = default) =>
        TypedResults.Ok(await conversations.ListAsync(caller, new ConversationQuery { Search = search, Skip = skip, Take = take }, cancellation));

    private static async Task<Ok<ConversationView>> GetAsync(Caller caller, Guid id, ConversationService conversations, CancellationToken cancellation) =>
        TypedResults.Ok(await conversations.GetAsync(caller, id, cancellation));

    private static async Task<Accepted<Asked>> AskAsync(Caller caller, Ask ask, AskingService asking, CancellationToken cancellation)
    {
        Asked asked = await asking.AskAsync(caller, ask, cancellation);
        return TypedResults.Accepted($"/api/conversations/{asked.ConversationId}", asked);
    }

    private static async Task<Ok<ConversationView>> ChangeAsync(Caller caller, Guid id, ConversationChange change, ConversationService conversations, CancellationToken cancellation)
    {
        if (change.Title is not null)
        {
            await conversations.RenameAsync(caller, id, change.Title, cancellation);
        }

        if (change.Pinned is { } pinned)
        {
            await conversations.PinAsync(caller, id, pinned, cancellation);
        }

        if (change.Model is not null)
        {
            await conversations.ChooseModelAsync(caller, id, change.Model, cancellation);
        }

        return TypedResults.Ok(await conversations.GetAsync(caller, id, cancellation));
    }

    private static async Task<NoContent> DeleteAsync(Caller caller, Guid id, ConversationService conversations, CancellationToken cancellation)
    {
        await conversations.DeleteAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RestoreAsync(Caller caller, Guid id, ConversationService conversations, CancellationToken cancellation)
    {
        await conversations.RestoreAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }
}

/// <summary>What is to be changed of a conversation; what is absent stays.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Pinned">Whether it stays on top.</param>
/// <param name="Model">The model for further questions.</param>
public sealed record ConversationChange(string? Title = null, bool? Pinned = null, string? Model = null);
