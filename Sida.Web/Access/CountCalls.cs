namespace Sida.Web.Access;

/// <summary>Holds back callers of routes for programs before anything of their request is read.</summary>
internal sealed class CountCalls(RequestDelegate next, CallRate rate)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<CountedCall>() is not null && context.User.FindCaller() is { } caller)
        {
            rate.Count(caller);
        }

        return next(context);
    }
}

/// <summary>Marks a route whose calls are counted.</summary>
internal sealed class CountedCall;
