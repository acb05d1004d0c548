using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Web.Access;
using Sida.Web.Models;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>The part of OpenAI's API that existing clients need: models and chat completions about a picture.</summary>
internal static class OpenAiRoutes
{
    /// <summary>A picture in a data URI takes four thirds of its bytes; the rest is text.</summary>
    private const long TextBytes = 1 << 20;

    public static void Map(IEndpointRouteBuilder app, long maxUpload)
    {
        RouteGroupBuilder group = app.MapGroup("/v1").WithTags("OpenAI-compatible").WithMetadata(new CountedCall());
        group.MapGet("/models", (Caller caller, ModelHost models) => List(caller, models)).WithSummary("The installed models");
        group.MapGet("/models/{model}", Model).WithSummary("One installed model").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/chat/completions", CompleteAsync)
            .WithSummary("Ask about a picture in OpenAI's form")
            .WithDescription("Pictures as image_url parts: data URIs, public addresses, or /api/pictures/ID. Verdict and masks come in the extension field \"sida\".")
            .Produces<ChatCompletion>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithMetadata(new RequestSizeLimitAttribute((maxUpload / 3 * 4) + TextBytes));
    }

    private static Ok<OpenAiModels> List(Caller caller, ModelHost models)
    {
        AccessService.Require(caller, Permissions.Read);
        return TypedResults.Ok(new OpenAiModels("list", [.. models.List().Where(model => model.State != ModelState.Broken).Select(View)]));
    }

    private static Ok<OpenAiModel> Model(Caller caller, string model, ModelHost models)
    {
        AccessService.Require(caller, Permissions.Read);
        string id = models.Resolve(model);
        return TypedResults.Ok(View(models.List().Single(installed => installed.Id == id)));
    }

    private static OpenAiModel View(ModelView model) =>
        new(model.Id, "model", model.Manifest?.Tools.Created.ToUnixTimeSeconds() ?? 0, "sida");

    private static async Task<IResult> CompleteAsync(Caller caller, ChatRequest request, ChatOrder orders, AnalysisService analyses, CancellationToken cancellation)
    {
        AnalysisOrder order = await orders.ReadAsync(caller, request, cancellation);
        AnalysisSnapshot started = await analyses.StartAsync(caller, order, cancellation);
        return request.Stream
            ? new ChatStream(caller, started, analyses, request.StreamOptions?.IncludeUsage ?? false)
            : TypedResults.Ok(await WholeAsync(caller, started, analyses, cancellation));
    }

    private static async Task<ChatCompletion> WholeAsync(Caller caller, AnalysisSnapshot started, AnalysisService analyses, CancellationToken cancellation)
    {
        List<MaskView> masks = [];
        try
        {
            await foreach (AnalysisMessage message in analyses.ReadAsync(caller, started.Id, 0, cancellation))
            {
                if (message is MaskMessage mask)
                {
                    masks.Add(mask.Mask);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As with a stream: such a client can't come back for the answer, but it may ask again.
            await analyses.StopAsync(caller, started.Id, CancellationToken.None);
            throw;
        }

        AnalysisSnapshot end = await analyses.GetAsync(caller, started.Id, cancellation);
        if (ChatFailure.Find(end) is { } failure)
        {
            throw failure;
        }

        SidaExtension extension = new()
        {
            AnalysisId = end.Id,
            Verdict = end.Verdict,
            Probabilities = end.Probabilities,
            Masks = [.. masks.Where(sent => end.Masks.Any(kept => kept.Url == sent.Url))],
            Contradiction = end.IsContradiction,
        };
        ChatChoice choice = new(0, new ChatAnswerMessage("assistant", end.Text), ChatForm.FinishReason(end));
        return new ChatCompletion(ChatForm.Id(end.Id), "chat.completion", end.CreatedAt.ToUnixTimeSeconds(), end.Model, [choice], ChatForm.Usage(end.Document), extension);
    }
}
