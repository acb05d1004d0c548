using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>How a model is loaded and how much it may use.</summary>
public sealed record AnalysisEngineOptions
{
    /// <summary>Where the networks run.</summary>
    public DeviceOption Device { get; init; } = DeviceOption.Auto;

    /// <summary>Processor threads of each runtime; all physical cores when 0.</summary>
    public int Threads { get; init; }

    /// <summary>Conversations that the language model works on at once; further requests wait.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>Requests that may wait; one more is refused with <see cref="BusyException"/>.</summary>
    public int MaxQueued { get; init; } = 64;

    /// <summary>Finished conversations whose prefix stays in the key-value cache for the next question, 0 to 64.</summary>
    public int CachedConversations { get; init; } = 8;

    /// <summary>Memory for the embeddings of recent pictures, in bytes.</summary>
    public long EmbeddingCacheBytes { get; init; } = 256L << 20;

    /// <summary>Positions of key-value cache that all conversations share; chosen from <see cref="MaxConcurrent"/> and the model's context when 0.</summary>
    public int KeyValuePositions { get; init; }

    /// <summary>What a picture may be.</summary>
    public ImageLimits ImageLimits { get; init; } = new();

    /// <summary>Loads SAM at once rather than at the first tampered picture: a server should, a single command need not.</summary>
    public bool LoadSegmenterAtStart { get; init; }
}
