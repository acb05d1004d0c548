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
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }
}
