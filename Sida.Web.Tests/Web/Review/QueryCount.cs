using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Counts the commands that a piece of work sends to the database, whatever other tests do at the same time.</summary>
internal sealed class QueryCount : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly AsyncLocal<StrongBox?> _mine = new();

    public static async Task<int> OfAsync(Func<Task> work)
    {
        QueryCount counter = new();
        using IDisposable subscription = DiagnosticListener.AllListeners.Subscribe(counter);
        StrongBox box = new();
        counter._mine.Value = box;
        await work();
        return box.Count;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == RelationalEventId.CommandExecuting.Name && _mine.Value is { } box)
        {
            Interlocked.Increment(ref box.Count);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private sealed class StrongBox
    {
        public int Count;
    }
}
