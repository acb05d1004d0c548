using System.Collections.Concurrent;

namespace Sida.Web.Components.Chat;

/// <summary>How long answers usually take on this machine, learnt from those that were given since the server started.</summary>
internal sealed class StageTimes
{
    /// <summary>Weight of the newest answer: old ones fade within about ten.</summary>
    private const double Weight = 0.2;

    private readonly ConcurrentDictionary<string, double> _milliseconds = new(StringComparer.Ordinal);

    /// <summary>From the first stage to the end; null before the first answer.</summary>
    public TimeSpan? Usual(string model) => _milliseconds.TryGetValue(model, out double value) ? TimeSpan.FromMilliseconds(value) : null;

    /// <summary>Learns from an answer that was given.</summary>
    public void Learn(string model, TimeSpan took) =>
        _milliseconds.AddOrUpdate(model, took.TotalMilliseconds, (_, old) => old + (Weight * (took.TotalMilliseconds - old)));
}
