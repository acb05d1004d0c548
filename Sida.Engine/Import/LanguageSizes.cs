using Sida.Engine.Import.Checkpoints.Configuration;
using Sida.Engine.Import.Gguf;

namespace Sida.Engine.Import;

/// <summary>A checkpoint's configuration in the terms of the GGUF writer.</summary>
internal static class LanguageSizes
{
    /// <summary>The rotary base of transformers 4.31, which knows no rope_theta.</summary>
    private const float OfficialRopeTheta = 10_000;

    /// <summary>The language model's sizes.</summary>
    public static LlamaConfig Of(SidaConfig config) => new()
    {
        HiddenSize = config.HiddenSize,
        Layers = config.LayerCount,
        FeedForwardSize = config.IntermediateSize,
        Heads = config.HeadCount,
        KeyValueHeads = config.KeyValueHeadCount,
        ContextLength = config.MaxPositions,
        NormEpsilon = (float)config.RmsNormEpsilon,
        RopeTheta = OfficialRopeTheta,

        // Dynamic scaling changes nothing up to max_position_embeddings (LlamaDynamicNTKScalingRotaryEmbedding).
        LinearRopeScaling = config.RopeScaling is { Type: "linear" } scaling ? (float)scaling.Factor : null,
        TiedEmbeddings = config.TiedEmbeddings,
    };
}
