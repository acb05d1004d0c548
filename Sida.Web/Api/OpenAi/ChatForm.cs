using Sida.Engine.Analysis;
using Sida.Web.Work;

namespace Sida.Web.Api.OpenAi;

/// <summary>Small pieces of OpenAI's form that whole and streamed answers share.</summary>
internal static class ChatForm
{
    public static string Id(Guid analysis) => $"chatcmpl-{analysis:N}";

    /// <summary>"length" when the token limit cut the answer.</summary>
    public static string FinishReason(AnalysisSnapshot end) => end.IsTruncated ? "length" : "stop";

    public static ChatUsage? Usage(AnalysisDocument? document) => document is null
        ? null
        : new ChatUsage(document.PromptTokens.Count, document.AnswerTokens.Count, document.PromptTokens.Count + document.AnswerTokens.Count);
}
