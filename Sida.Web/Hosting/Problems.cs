using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Api.OpenAi;
using Sida.Web.Review;
using Sida.Web.Work;

namespace Sida.Web.Hosting;

/// <summary>Turns errors into problem documents (RFC 9457): a kind that programs can act on, and a sentence that says what to do.</summary>
internal sealed class Problems(IProblemDetailsService problems) : IExceptionHandler
{
    private const string TypePrefix = "urn:sida:problem:";
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        ProblemDetails? problem = exception switch
        {
            SidaException error => Of(error),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Make("limit", StatusCodes.Status413PayloadTooLarge, "The request is larger than is allowed. Send less, or a smaller picture."),
            BadHttpRequestException { InnerException: JsonException error } => Make("request", StatusCodes.Status400BadRequest, $"The request's JSON can't be read: {error.Message}"),
            BadHttpRequestException error => Make("request", error.StatusCode, error.Message),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        if (exception is BusyException)
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }
        else if (problem.Status == StatusCodes.Status429TooManyRequests)
        {
            httpContext.Response.Headers.RetryAfter = CallRate.RetryAfter;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    /// <summary>The problem document of an error.</summary>
    public static ProblemDetails Of(SidaException error)
    {
        int status = error switch
        {
            NotFoundException => StatusCodes.Status404NotFound,
            ForbiddenException => StatusCodes.Status403Forbidden,
            ConflictException => StatusCodes.Status409Conflict,
            RequestException => StatusCodes.Status400BadRequest,
            ImageException => StatusCodes.Status422UnprocessableEntity,
            LimitException { IsSize: true } => StatusCodes.Status413PayloadTooLarge,
            LimitException => StatusCodes.Status429TooManyRequests,
            BusyException or PackageException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        ProblemDetails problem = Make(FailureKind.Of(error), status, error.Message);
        if (error is ConflictException { Yours: not null } conflict)
        {
            (problem.Extensions["latest"], problem.Extensions["yours"]) = (conflict.Latest, conflict.Yours);
        }

        return problem;
    }

    /// <summary>Gives the framework's own problem documents (unknown address, wrong method, no cookie) a kind too, and OpenAI's clients the member they look for.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        ProblemDetails problem = context.ProblemDetails;
        Complete(problem);
        if (context.HttpContext.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            problem.Extensions["error"] = ChatFailure.Body(problem.Type![TypePrefix.Length..], problem.Detail ?? problem.Title ?? "");
        }
    }

    private static void Complete(ProblemDetails problem)
    {
        if (problem.Type is null || !problem.Type.StartsWith(TypePrefix, StringComparison.Ordinal))
        {
            problem.Type = TypePrefix + problem.Status switch
            {
                StatusCodes.Status401Unauthorized => "unauthorized",
                StatusCodes.Status403Forbidden => "forbidden",
                StatusCodes.Status404NotFound => "not-found",
                StatusCodes.Status429TooManyRequests => "limit",
                >= 500 => FailureKind.Internal,
                _ => "request",
            };
        }

        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "Open a page first so that this browser has a cookie, or send an API key: Authorization: Bearer sida_...",
            StatusCodes.Status404NotFound => "There is nothing at this address.",
            StatusCodes.Status405MethodNotAllowed => "This address exists, but not for this method; the Allow header names those it has.",
            StatusCodes.Status415UnsupportedMediaType => "This address doesn't take a body of this type. It takes application/json, or multipart/form-data where pictures can be sent along (/openapi.json).",
            _ => null,
        };
    }

    private static ProblemDetails Make(string kind, int status, string detail) => new()
    {
        Type = TypePrefix + kind,
        Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
    };
}
