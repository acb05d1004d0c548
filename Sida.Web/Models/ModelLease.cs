namespace Sida.Web.Models;

/// <summary>The use of a loaded model: as long as it is held, the model stays in memory.</summary>
internal sealed class ModelLease(IAnalyzer analyzer, Action release) : IDisposable
{
    private Action? _release = release;

    public IAnalyzer Analyzer => analyzer;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
