using Sida.Engine;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>An analysis without an answer as the error that a request of this form is answered with.</summary>
internal static class ChatFailure
{
    /// <summary>Why there is no whole answer; null when there is one, or when its owner stopped it.</summary>
    public static SidaException? Find(AnalysisSnapshot end) => end.State switch
    {
        AnalysisState.Failed => Of(end.FailureKind!, end.FailureMessage!),
        AnalysisState.Interrupted => new BusyException("The server stopped in the middle of the answer. Ask again."),
        _ => null,
    };

    private static SidaException Of(string kind, string message) => kind switch
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
