using Sida.Engine;

namespace Sida.Web.Access;

/// <summary>There is no such thing, or it is somebody else's; the two are never told apart.</summary>
public sealed class NotFoundException(string message) : SidaException(message);

/// <summary>The caller's key was not made for this.</summary>
public sealed class ForbiddenException(string message) : SidaException(message);

/// <summary>A limit of the server was reached; the message names it.</summary>
/// <param name="message">What, which limit, what to do.</param>
/// <param name="isSize">Whether one thing is too large, rather than there being too many: waiting doesn't help then.</param>
public sealed class LimitException(string message, bool isSize = false) : SidaException(message)
{
    /// <summary>Whether one thing is too large, rather than there being too many.</summary>
    public bool IsSize => isSize;
}
