using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Review.Comments;
using Sida.Web.Review.Projects;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Api;

/// <summary>Projects, their members and their queue.</summary>
internal static class ProjectRoutes
{
    public static void Map(IEndpointRouteBuilder api, long maxUpload)
    {
        RouteGroupBuilder group = api.MapGroup("/review/projects").WithTags("Review");
        group.MapGet("/", ListAsync).WithSummary("Your projects, the newest first");
        group.MapPost("/", CreateAsync).WithSummary("Make a project; you are its first manager").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);
        RouteGroupBuilder one = group.MapGroup("/{id:guid}");
        one.MapGet("/", GetAsync).WithSummary("One project").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPut("/", UpdateAsync).WithSummary("Change a project; `revision` is the one that the change is based on").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPost("/archive", (Caller caller, Guid id, ProjectService projects, CancellationToken cancellation) => ArchiveAsync(caller, id, true, projects, cancellation))
            .WithSummary("Put a project away: it can be read, not changed").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/reopen", (Caller caller, Guid id, ProjectService projects, CancellationToken cancellation) => ArchiveAsync(caller, id, false, projects, cancellation))
            .WithSummary("Take an archived project out again").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("/members", MembersAsync).WithSummary("Who works in a project").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPut("/members/{person:guid}", PutMemberAsync).WithSummary("Make somebody a member, or give them another role").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapDelete("/members/{person:guid}", RemoveMemberAsync).WithSummary("Take somebody out; what they did stays").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("/items", ItemsAsync).WithSummary("A page of the queue")
            .WithDescription("An annotator sees their own items and free ones. sort is doubt, disagreement, number, changed or name; at most 200 items a page.").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/items", AddAsync).WithSummary("Add answers of your chats or your pictures as items").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/next", NextAsync).WithSummary("Reserve the next item: ?kind=annotate or review").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/assign", AssignAsync).WithSummary("Give items to somebody, or take back what nobody has begun").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/pictures", AddPictureAsync).WithSummary("Add a picture for the guidelines; the body is the file").Accepts<Stream>("image/*", "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound).WithMetadata(new RequestSizeLimitAttribute(maxUpload + 1));
        one.MapGet("/pictures/{sha256:length(64)}", PictureAsync).WithSummary("A picture of the guidelines").Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("/mentions", MentionsAsync).WithSummary("Open comments that speak to you").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<IReadOnlyList<ProjectSummary>>> ListAsync(Caller caller, ProjectService projects, bool archived = false, CancellationToken cancellation = default) =>
        TypedResults.Ok(await projects.ListAsync(caller, archived, cancellation));

    private static async Task<Created<ProjectView>> CreateAsync(Caller caller, ProjectDraft draft, ProjectService projects, CancellationToken cancellation)
    {
        ProjectView project = await projects.CreateAsync(caller, draft, cancellation);
        return TypedResults.Created($"/api/review/projects/{project.Id}", project);
    }

    private static async Task<Ok<ProjectView>> GetAsync(Caller caller, Guid id, ProjectService projects, CancellationToken cancellation) =>
        TypedResults.Ok(await projects.GetAsync(caller, id, cancellation));

    private static async Task<Ok<ProjectView>> UpdateAsync(Caller caller, Guid id, ProjectChange change, ProjectService projects, CancellationToken cancellation) =>
        TypedResults.Ok(await projects.UpdateAsync(caller, id, new ProjectDraft(change.Name, change.Guidelines, change.Labels, change.Settings), change.Revision, cancellation));

    private static async Task<NoContent> ArchiveAsync(Caller caller, Guid id, bool archived, ProjectService projects, CancellationToken cancellation)
    {
        await projects.ArchiveAsync(caller, id, archived, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<MemberView>>> MembersAsync(Caller caller, Guid id, MemberService members, CancellationToken cancellation) =>
        TypedResults.Ok(await members.ListAsync(caller, id, cancellation));

    private static async Task<NoContent> PutMemberAsync(Caller caller, Guid id, Guid person, MemberChange change, MemberService members, CancellationToken cancellation)
    {
        await members.PutAsync(caller, id, person, change.Role, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveMemberAsync(Caller caller, Guid id, Guid person, MemberService members, CancellationToken cancellation)
    {
        await members.RemoveAsync(caller, id, person, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ItemPage>> ItemsAsync(
        Caller caller,
        Guid id,
        ItemService items,
        NamedValue<ItemState>? state = null,
        NamedValue<Verdict>? verdict = null,
        double? minDoubt = null,
        double? minDisagreement = null,
        Guid? annotator = null,
        NamedValue<MaskPlace>? area = null,
        string search = "",
        NamedValue<ItemSort>? sort = null,
        int skip = 0,
        int take = 50,
        CancellationToken cancellation = default) =>
        TypedResults.Ok(await items.ListAsync(
            caller,
            id,
            new ItemQuery
            {
                State = state?.Value,
                Verdict = verdict?.Value,
                MinDoubt = minDoubt,
                MinDisagreement = minDisagreement,
                Annotator = annotator,
                Area = area?.Value,
                Search = search,
                Sort = sort?.Value ?? ItemSort.Doubt,
                Skip = skip,
                Take = take,
            },
            cancellation));

    private static async Task<Ok<AddedItems>> AddAsync(Caller caller, Guid id, ItemsRequest request, ItemService items, CancellationToken cancellation) =>
        TypedResults.Ok(new AddedItems(await items.AddOwnAsync(caller, id, request.AnalysisIds ?? [], request.PictureIds ?? [], cancellation)));

    private static async Task<Ok<NextAnswer>> NextAsync(
        Caller caller, Guid id, TakingService taking, NamedValue<WorkKind>? kind = null, Guid? except = null, CancellationToken cancellation = default) =>
        TypedResults.Ok(new NextAnswer(await taking.TakeNextAsync(caller, id, kind?.Value ?? WorkKind.Annotate, except, cancellation)));

    private static async Task<Ok<Assigned>> AssignAsync(Caller caller, Guid id, AssignRequest request, TakingService taking, CancellationToken cancellation) =>
        TypedResults.Ok(await taking.AssignAsync(caller, id, request.ItemIds ?? [], request.Person, cancellation));

    private static async Task<Created<GuidelinePicture>> AddPictureAsync(Caller caller, Guid id, HttpRequest request, GuidelinePictures pictures, CancellationToken cancellation)
    {
        string name = Uri.UnescapeDataString(request.Headers[PictureRoutes.FileNameHeader].ToString());
        GuidelinePicture picture = await pictures.AddAsync(caller, id, request.Body, name, cancellation);
        return TypedResults.Created(picture.Url, picture);
    }

    private static Task<IResult> PictureAsync(Caller caller, Guid id, string sha256, GuidelinePictures pictures, CancellationToken cancellation) => pictures.OpenAsync(caller, id, sha256, cancellation);

    private static async Task<Ok<IReadOnlyList<MentionView>>> MentionsAsync(Caller caller, Guid id, CommentService comments, CancellationToken cancellation) =>
        TypedResults.Ok(await comments.MentionsAsync(caller, id, cancellation));
}
