using System.Diagnostics;
using System.Globalization;

namespace Sida.Cli.Output;

/// <summary>
/// Says on stderr how far a long job is: one line that is rewritten on a terminal, a plain line now and then elsewhere.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly TextWriter _output = Console.Error;
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Lock _gate = new();
    private readonly Stopwatch _stageTime = Stopwatch.StartNew();
    private string? _stage;
    private TimeSpan _shown;
    private bool _lineOpen;

    /// <summary>Shows a stage's bytes; a new stage's name starts a new line. Total 0: unknown.</summary>
    public void Show(string stage, long done, long total)
    {
        lock (_gate)
        {
            bool isNew = stage != _stage;
            if (isNew)
            {
                EndLine();
                _stage = stage;
                _stageTime.Restart();
            }

            bool isWhole = total > 0 && done >= total;
            TimeSpan interval = _terminal ? TerminalInterval : PlainInterval;
            if (!isNew && !isWhole && _stageTime.Elapsed - _shown < interval)
            {
                return;
            }

            _shown = _stageTime.Elapsed;
            string line = Line(stage, done, total);
            _output.Write(_terminal ? "\r\u001b[K" + line : line + "\n");
            _lineOpen = _terminal;
        }
    }

    /// <summary>Writes a line of its own.</summary>
    public void WriteLine(string text)
    {
        lock (_gate)
        {
            EndLine();
            _output.WriteLine(text);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            EndLine();
        }
    }

    private void EndLine()
    {
        if (_lineOpen)
        {
            _output.WriteLine();
            _lineOpen = false;
        }
    }

    private string Line(string stage, long done, long total)
    {
        if (total <= 0)
        {
            return stage;
        }

        double share = Math.Clamp((double)done / total, 0, 1);
        double seconds = _stageTime.Elapsed.TotalSeconds;
        double rate = seconds > 0.2 ? done / seconds : 0;
        string timing = rate > 0 ? $"  {Quantity.Bytes(rate)}/s  {Quantity.Seconds((total - done) / rate)} left" : "";
        int filled = (int)(share * BarWidth);
        string bar = _terminal ? $" {new string('█', filled)}{new string('░', BarWidth - filled)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{stage}{bar} {share * 100:0} %  {Quantity.Bytes(done)} of {Quantity.Bytes(total)}{timing}");
    }
}
