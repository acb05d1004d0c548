using Microsoft.Extensions.Logging;

namespace Sida.Engine.Language.Interop;

/// <summary>Collects what llama.cpp logs as an error during one call, since its functions return only "failed".</summary>
internal sealed class LlamaErrors : IDisposable
{
    private const int MostLines = 4;
    private readonly List<string> _lines = [];
    private readonly IDisposable _subscription;

    public LlamaErrors(LlamaLog log) => _subscription = log.Listen(Add);

    /// <summary>The lines so far, joined; or a sentence that says there were none.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count == 0 ? "llama.cpp gave no reason" : string.Join("; ", _lines);
            }
        }
    }

    public void Dispose() => _subscription.Dispose();

    private void Add(LogLevel level, string line)
    {
        lock (_lines)
        {
            if (level == LogLevel.Error && _lines.Count < MostLines)
            {
                _lines.Add(line.Trim());
            }
        }
    }
}
