using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Endpoints;

namespace Sida.Web.Access;

/// <summary>
/// A cookie travels with requests that other sites cause. So a request that shows a cookie and changes something must carry the
/// antiforgery token of one of our pages, and a socket must be opened from one. Programs with keys have no cookie and need neither.
/// </summary>
internal sealed class SameOriginOnly(RequestDelegate next, IAntiforgery antiforgery, IProblemDetailsService problems)
{
    public const string TokenHeader = "X-Antiforgery";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.User.Identity?.AuthenticationType is not (BrowserOwner.Scheme or AccountCookie.Scheme) || await IsOursAsync(context))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await problems.WriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Title = "Not from one of our pages",
                Detail = $"A request with a cookie needs the {TokenHeader} header of a page that was loaded from here. Reload the page; programs use an API key instead.",
            },
        });
    }

    private async Task<bool> IsOursAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool socket = context.WebSockets.IsWebSocketRequest;
        bool safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        if (safe && !socket)
        {
            return true;
        }

        if (request.Headers.Origin is [{ Length: > 0 } origin] && !IsThisSite(request, origin))
        {
            return false;
        }

        // Circuits and hubs negotiate and connect through requests that a script library sends, without our header: there the
        // origin decides, which browsers always send with a POST and with a socket.
        Endpoint? endpoint = context.GetEndpoint();
        bool connection = socket || endpoint?.Metadata.GetMetadata<Microsoft.AspNetCore.SignalR.HubMetadata>() is not null
            || request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal);
        if (connection)
        {
            return request.Headers.Origin.Count == 1;
        }

        // Forms of pages carry the token in a field, which the pages' own antiforgery check reads.
        bool page = endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        return page || (request.Headers.ContainsKey(TokenHeader) && await antiforgery.IsRequestValidAsync(context));
    }

    private static bool IsThisSite(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
