using Sida.Engine;

namespace Sida.Web.Api.OpenAi;

/// <summary>A failed analysis as the error that a request of this form is answered with.</summary>
internal static class ChatFailure
{
    public static SidaException Of(string kind, string message) => kind switch
    {
        "image" => new ImageException(message),
        "request" => new RequestException(message),
        "busy" => new BusyException(message),
        "package" => new PackageException(message),
        _ => new NativeRuntimeException(message),
    };

    /// <summary>The error object that OpenAI's clients look for, beside the members of the problem document.</summary>
    public static object Body(string kind, string message) => new { message, type = kind, code = kind, param = (string?)null };
}
