using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Sida.Engine.Language.Interop;

/// <summary>
/// Where llama.cpp's log lines go. The native logger is one per process and writes fragments; here they are joined to lines and
/// handed to everybody who listens. Lines of level ERROR carry the reason of a failure that the API reports as a mere null.
/// </summary>
internal sealed unsafe class LlamaLog
{
    private const int Info = 2, Warn = 3, Error = 4, Continue = 5;
    private readonly ConcurrentDictionary<int, (LogLevel Level, string Text)> _unfinished = [];
    private ImmutableArray<Action<LogLevel, string>> _listeners = [];

    /// <summary>Takes the place of the native default, which writes to standard error.</summary>
    public static LlamaLog Attach(delegate* unmanaged<delegate* unmanaged<int, byte*, void*, void>, void*, void> setLogger)
    {
        LlamaLog log = new();

        // Never freed: native threads may log until the process ends.
        setLogger(&Receive, (void*)GCHandle.ToIntPtr(GCHandle.Alloc(log)));
        return log;
    }

    /// <summary>Hears every line, from any thread, until the returned object is disposed.</summary>
    public IDisposable Listen(Action<LogLevel, string> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, (list, added) => list.Add(added), listener);
        return new Subscription(this, listener);
    }

    [UnmanagedCallersOnly]
    private static void Receive(int level, byte* text, void* log)
    {
        try
        {
            ((LlamaLog)GCHandle.FromIntPtr((nint)log).Target!).Append(level, NativeText.Read(text));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A listener's exception must not unwind through native frames, which ends the process; the line is lost instead.
            return;
        }
    }

    private void Append(int level, string text)
    {
        int thread = Environment.CurrentManagedThreadId;
        LogLevel meant = level switch { Error => LogLevel.Error, Warn => LogLevel.Warning, Info => LogLevel.Debug, _ => LogLevel.Trace };
        if (_unfinished.TryRemove(thread, out (LogLevel Level, string Text) begun))
        {
            text = begun.Text + text;
            meant = level == Continue ? begun.Level : meant;
        }

        if (!text.EndsWith('\n'))
        {
            _unfinished[thread] = (meant, text);
            return;
        }

        foreach (Action<LogLevel, string> listener in _listeners)
        {
            listener(meant, text.TrimEnd());
        }
    }

    private sealed class Subscription(LlamaLog log, Action<LogLevel, string> listener) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref log._listeners, (list, removed) => list.Remove(removed), listener);
    }
}
