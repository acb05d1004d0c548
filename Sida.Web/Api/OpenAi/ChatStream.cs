using System.Text.Json;
using Sida.Web.Access;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>An answer in pieces, as server-sent events in OpenAI's form. Leaving stops the work: such a client can't come back.</summary>
internal sealed class ChatStream(Caller caller, AnalysisSnapshot started, AnalysisService analyses, bool includeUsage) : IResult
{
    private readonly string _id = ChatForm.Id(started.Id);
    private readonly long _created = started.CreatedAt.ToUnixTimeSeconds();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await WriteAsync(response, Chunk(new ChatDelta("assistant", "")), httpContext.RequestAborted);
            await foreach (AnalysisMessage message in analyses.ReadAsync(caller, started.Id, 0, httpContext.RequestAborted))
            {
                if (Piece(message) is { } piece)
                {
                    await WriteAsync(response, piece, httpContext.RequestAborted);
                }
            }

            await EndAsync(response, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            await analyses.StopAsync(caller, started.Id, CancellationToken.None);
        }
    }

    private ChatChunk? Piece(AnalysisMessage message) => message switch
    {
        VerdictMessage verdict => Chunk(new ChatDelta(), extension: new SidaExtension { AnalysisId = started.Id, Verdict = verdict.Verdict, Probabilities = verdict.Probabilities }),
        TokenMessage { Text.Length: > 0 } token => Chunk(new ChatDelta(Content: token.Text)),
        MaskMessage mask => Chunk(new ChatDelta(), extension: new SidaExtension { AnalysisId = started.Id, Masks = [mask.Mask] }),
        _ => null,
    };

    private async Task EndAsync(HttpResponse response, CancellationToken cancellation)
    {
        AnalysisSnapshot end = await analyses.GetAsync(caller, started.Id, cancellation);
        if (ChatFailure.Find(end) is { } failure)
        {
            // The status line is long gone: clients of this form look for an error object in the stream.
            await WriteAsync(response, new { error = ChatFailure.Body(end.FailureKind ?? FailureKind.Of(failure), failure.Message) }, cancellation);
        }
        else
        {
            SidaExtension extension = new() { AnalysisId = end.Id, Verdict = end.Verdict, Probabilities = end.Probabilities, Contradiction = end.IsContradiction };
            await WriteAsync(response, Chunk(new ChatDelta(), ChatForm.FinishReason(end), extension), cancellation);
            if (includeUsage && ChatForm.Usage(end.Document) is { } usage)
            {
                await WriteAsync(response, new ChatChunk(_id, "chat.completion.chunk", _created, started.Model, [], usage), cancellation);
            }
        }

        await response.WriteAsync("data: [DONE]\n\n", cancellation);
    }

    private ChatChunk Chunk(ChatDelta delta, string? finishReason = null, SidaExtension? extension = null) =>
        new(_id, "chat.completion.chunk", _created, started.Model, [new ChatChunkChoice(0, delta, finishReason)], Sida: extension);

    private static async Task WriteAsync<T>(HttpResponse response, T piece, CancellationToken cancellation)
    {
        await response.WriteAsync("data: ", cancellation);
        await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(piece, WebJson.Options), cancellation);
        await response.WriteAsync("\n\n", cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
