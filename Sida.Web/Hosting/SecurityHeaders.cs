using Microsoft.Extensions.Options;

namespace Sida.Web.Hosting;

/// <summary>Puts the security headers on every answer, static files and errors included.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<ServerOptions> options)
{
    /// <summary>
    /// No script but our own files, no plugins, nothing from elsewhere. Style attributes are allowed: the component library sets
    /// sizes and positions with them, and a style can't run code.
    /// </summary>
    private readonly string _policy = string.Join(
        "; ",
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        $"frame-ancestors {options.Value.FrameAncestors}");

    public Task InvokeAsync(HttpContext context)
    {
        // Not before: who answers an exception first takes all headers away. What a route has set itself stays.
        context.Response.OnStarting(AddAsync, context.Response.Headers);
        return next(context);
    }

    private Task AddAsync(object response)
    {
        IHeaderDictionary headers = (IHeaderDictionary)response;
        headers.TryAdd("Content-Security-Policy", _policy);
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        return Task.CompletedTask;
    }
}
