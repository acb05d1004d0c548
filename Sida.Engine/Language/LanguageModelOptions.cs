namespace Sida.Engine.Language;

/// <summary>How a language model is run.</summary>
internal sealed record LanguageModelOptions
{
    /// <summary>Where.</summary>
    public DeviceOption Device { get; init; } = DeviceOption.Auto;

    /// <summary>Processor threads; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>Requests that are worked on at the same time, 1 to 64.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>Requests that may wait; one more is refused.</summary>
    public int MaxQueued { get; init; } = 64;

    /// <summary>Finished sequences that are kept for requests with the same beginning, 0 to 64.</summary>
    public int CachedSequences { get; init; } = 8;

    /// <summary>Positions that the KV cache holds, rounded up to a multiple of 256; 0 for as many as <see cref="CacheBytes"/> allows.</summary>
    public int ContextPositions { get; init; }

    /// <summary>Memory for the KV cache when <see cref="ContextPositions"/> is 0.</summary>
    public long CacheBytes { get; init; } = 4L << 30;

    /// <summary>Most positions of one step; 0 for a size that suits the device.</summary>
    public int BatchSize { get; init; }

    /// <summary>Keys and values in f32 and plain attention (parity); null to do so when the weights are f32.</summary>
    public bool? FullPrecisionCache { get; init; }

    /// <exception cref="RequestException">A value is out of range.</exception>
    internal void Check()
    {
        Check(nameof(Threads), Threads, 0, 1024);
        Check(nameof(MaxConcurrent), MaxConcurrent, 1, 64);
        Check(nameof(MaxQueued), MaxQueued, 0, 100_000);
        Check(nameof(CachedSequences), CachedSequences, 0, 64);
        Check(nameof(ContextPositions), ContextPositions, 0, 1 << 22);
        Check(nameof(BatchSize), BatchSize, 0, 4096);
        if (CacheBytes < 1 << 20)
        {
            throw new RequestException($"The language model's {nameof(CacheBytes)} is {CacheBytes}; it must be at least 1 MiB.");
        }
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new RequestException($"The language model's {name} is {value}; it must be from {least} to {most}.");
        }
    }
}
