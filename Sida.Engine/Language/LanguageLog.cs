using Microsoft.Extensions.Logging;

namespace Sida.Engine.Language;

/// <summary>Everything that the language model logs.</summary>
internal static partial class LanguageLog
{
    [LoggerMessage(1001, LogLevel.Information, "Language model {Description} on {Device}: {Positions} positions in the KV cache, {Threads} threads")]
    public static partial void ModelLoaded(ILogger logger, string description, string device, int positions, int threads);

    [LoggerMessage(EventId = 1002, Message = "llama.cpp: {Line}")]
    public static partial void NativeLine(ILogger logger, LogLevel level, string line);
}
