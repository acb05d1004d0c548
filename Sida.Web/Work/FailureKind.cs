using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review;

namespace Sida.Web.Work;

/// <summary>Short names of the exception families: part of the JSON, the same in messages and in problem documents.</summary>
internal static class FailureKind
{
    public const string Internal = "internal";

    public static string Of(SidaException error) => error switch
    {
        ImageException => "image",
        RequestException => "request",
        BusyException => "busy",
        PackageException => "package",
        NativeRuntimeException => "runtime",
        LimitException => "limit",
        NotFoundException => "not-found",
        ForbiddenException => "forbidden",
        ConflictException => "conflict",
        _ => Internal,
    };
}
