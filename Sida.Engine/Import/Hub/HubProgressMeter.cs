using System.Diagnostics;

namespace Sida.Engine.Import.Hub;

/// <summary>Adds up what the parallel downloads tell and passes it on, ten times a second at most.</summary>
internal sealed class HubProgressMeter(IProgress<HubProgress>? listener, int filesTotal, long bytesTotal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _nextReport = TimeSpan.Zero;
    private int _filesDone;
    private long _bytesDone;
    private long _bytesReceived;

    /// <summary>Bytes found on disk, from an earlier run or a whole file.</summary>
    public void Found(long bytes) => Change(bytes, received: 0, files: 0);

    /// <summary>Bytes that just came.</summary>
    public void Received(int bytes) => Change(bytes, bytes, files: 0);

    /// <summary>Bytes thrown away, since they turned out to be of no use.</summary>
    public void Discarded(long bytes) => Change(-bytes, received: 0, files: 0);

    /// <summary>A file is whole and verified.</summary>
    public void FileDone() => Change(0, received: 0, files: 1);

    private void Change(long bytes, int received, int files)
    {
        lock (_lock)
        {
            _bytesDone += bytes;
            _bytesReceived += received;
            _filesDone += files;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            if (listener is not null && (elapsed >= _nextReport || files > 0))
            {
                _nextReport = elapsed + Interval;
                double rate = elapsed > Interval ? _bytesReceived / elapsed.TotalSeconds : 0;
                listener.Report(new HubProgress(_filesDone, filesTotal, _bytesDone, bytesTotal, rate));
            }
        }
    }
}
