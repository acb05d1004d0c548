using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Api;

/// <summary>Analyses over HTTP: ask about one picture or many, wait or come back, follow, stop.</summary>
internal static class AnalysisRoutes
{
    private const int MaxWaitSeconds = 600;
    private const int MaxPage = 100;

    public static void Map(IEndpointRouteBuilder api, long maxUpload)
    {
        RouteGroupBuilder group = api.MapGroup("/analyses").WithTags("Analyses");
        group.MapPost("/", StartAsync)
            .WithSummary("Ask about pictures")
            .WithDescription("As multipart/form-data: one or more files named \"image\", and the fields prompt or preset, model, maxNewTokens. As application/json: an order. " +
                "With ?wait=SECONDS the answer is 200 when all are done in time, otherwise 202 with their state so far.")
            .Accepts<OrderRequest>("application/json", "multipart/form-data").AddOpenApiOperationTransformer((operation, _, _) => FormDescription.DescribeAsync(operation))
            .Produces<AnalysisList>().Produces<AnalysisList>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(new RequestSizeLimitAttribute(maxUpload * OrderForm.MaxPictures));
        group.MapGet("/", ListAsync).WithSummary("The jobs of the caller's programs, newest first");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("One analysis").WithDescription("With ?wait=SECONDS it is answered when the analysis is over, or when the time is.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Stop an analysis").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPut("/{id:guid}/feedback", RateAsync).WithSummary("Say whether an answer was good").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id:guid}/events", Events).WithSummary("Follow an analysis as server-sent events")
            .WithDescription("Each event's data is one message as JSON; Last-Event-ID goes on behind a message that was received.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id:guid}/masks/{index:int}.png", (Caller caller, Guid id, int index, MaskPictures masks, CancellationToken cancellation) => masks.MaskAsync(caller, id, index, cancellation))
            .WithSummary("A mask: 255 where the picture was tampered with").Produces(StatusCodes.Status200OK, contentType: "image/png").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id:guid}/masks/{index:int}/overlay.jpg", (Caller caller, Guid id, int index, MaskPictures masks, CancellationToken cancellation) => masks.OverlayAsync(caller, id, index, cancellation))
            .WithSummary("The picture with the mask painted over it").Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<AnalysisList>, Accepted<AnalysisList>>> StartAsync(
        Caller caller, HttpRequest request, AnalysisService analyses, OrderReader orders, OrderForm form, [FromQuery] int wait = 0, CancellationToken cancellation = default)
    {
        TimeSpan patience = Patience(wait);
        IReadOnlyList<AnalysisOrder> list = OrderForm.IsForm(request)
            ? await form.ReadAsync(caller, request, cancellation)
            : [await orders.ReadOneAsync(caller, await ReadJsonAsync(request, cancellation), cancellation)];
        IReadOnlyList<Guid> ids = await analyses.StartAllAsync(caller, list, cancellation);
        bool done = true;
        List<AnalysisResource> resources = [];
        using CancellationTokenSource time = new(patience);
        foreach (Guid id in ids)
        {
            AnalysisSnapshot snapshot = await WaitAsync(caller, id, analyses, time.Token, cancellation);
            done &= !snapshot.IsBusy;
            resources.Add(AnalysisResource.Of(snapshot));
        }

        AnalysisList answer = new(resources);
        return done ? TypedResults.Ok(answer) : TypedResults.Accepted(ids.Count == 1 ? $"/api/analyses/{ids[0]}" : "/api/analyses", answer);
    }

    private static async Task<Ok<AnalysisList>> ListAsync(Caller caller, AnalysisService analyses, [FromQuery] int skip = 0, [FromQuery] int take = 50, CancellationToken cancellation = default)
    {
        IReadOnlyList<AnalysisSnapshot> list = await analyses.ListAsync(caller, Math.Max(0, skip), Math.Clamp(take, 1, MaxPage), cancellation);
        return TypedResults.Ok(new AnalysisList([.. list.Select(AnalysisResource.Of)]));
    }

    private static async Task<Ok<AnalysisResource>> GetAsync(Caller caller, Guid id, AnalysisService analyses, [FromQuery] int wait = 0, CancellationToken cancellation = default)
    {
        using CancellationTokenSource time = new(Patience(wait));
        return TypedResults.Ok(AnalysisResource.Of(await WaitAsync(caller, id, analyses, time.Token, cancellation)));
    }

    private static async Task<Ok<AnalysisResource>> CancelAsync(Caller caller, Guid id, AnalysisService analyses, CancellationToken cancellation)
    {
        await analyses.StopAsync(caller, id, cancellation);
        return TypedResults.Ok(AnalysisResource.Of(await analyses.GetAsync(caller, id, cancellation)));
    }

    private static async Task<NoContent> RateAsync(Caller caller, Guid id, FeedbackRequest feedback, AnalysisService analyses, CancellationToken cancellation)
    {
        await analyses.RateAsync(caller, id, feedback.Good, feedback.Note, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Events(Caller caller, Guid id, HttpRequest request, AnalysisService analyses, CancellationToken cancellation)
    {
        // An unknown id must be a 404, not a stream that breaks.
        await analyses.GetAsync(caller, id, cancellation);
        int from = int.TryParse(request.Headers["Last-Event-ID"], System.Globalization.CultureInfo.InvariantCulture, out int last) ? last + 1 : 0;
        return TypedResults.ServerSentEvents(ItemsAsync(analyses.ReadAsync(caller, id, from, cancellation), cancellation));
    }

    private static async IAsyncEnumerable<SseItem<AnalysisMessage>> ItemsAsync(IAsyncEnumerable<AnalysisMessage> messages, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (AnalysisMessage message in messages.WithCancellation(cancellation))
        {
            yield return new SseItem<AnalysisMessage>(message) { EventId = message.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        }
    }

    /// <summary>The state when it is over, or when the time is.</summary>
    private static async Task<AnalysisSnapshot> WaitAsync(Caller caller, Guid id, AnalysisService analyses, CancellationToken time, CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(time, cancellation);
        try
        {
            await foreach (AnalysisMessage _ in analyses.ReadAsync(caller, id, 0, either.Token))
            {
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over: the state as it is now is the answer.
        }

        return await analyses.GetAsync(caller, id, cancellation);
    }

    private static TimeSpan Patience(int seconds) => seconds is >= 0 and <= MaxWaitSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new RequestException($"wait is {seconds}; it must be between 0 and {MaxWaitSeconds} seconds.");

    private static async Task<OrderRequest> ReadJsonAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            throw new RequestException("Send multipart/form-data with files named \"image\", or application/json.");
        }

        try
        {
            return await request.ReadFromJsonAsync<OrderRequest>(WebJson.Options, cancellation) ?? throw new RequestException("The request is empty.");
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new RequestException($"The request is not an order in JSON: {error.Message}", error);
        }
    }
}
