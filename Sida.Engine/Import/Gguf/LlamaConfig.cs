namespace Sida.Engine.Import.Gguf;

/// <summary>The sizes and constants of a LLaMA model, as its GGUF file states them.</summary>
internal sealed record LlamaConfig
{
    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Inner width of the feed-forward part.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>max_position_embeddings.</summary>
    public required int ContextLength { get; init; }

    /// <summary>rms_norm_eps.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required float RopeTheta { get; init; }

    /// <summary>Divides positions (rope_scaling of type linear); null for none.</summary>
    public required float? LinearRopeScaling { get; init; }

    /// <summary>The last layer is the embedding table (tie_word_embeddings).</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Width of all keys of a position.</summary>
    public int KeyValueSize => HeadSize * KeyValueHeads;
}
